import type { RunRow } from "../store/store.ts";
import type { Invocation } from "./command.ts";
import type { Project } from "./open-project.ts";
import { measured, serveProject } from "./serve-project.ts";
import { findServer } from "./server-file.ts";
import { openServerLog } from "./server-log.ts";

/** Does something while the dashboard can be looked at, and prints the link to a run in it: that of a server that runs already, or its own. */
export async function withPages<T>(
  opened: Project,
  { id }: Pick<RunRow, "id">,
  { terminal }: Pick<Invocation, "terminal">,
  use: (project: Project) => Promise<T>,
): Promise<T> {
  const tell = (url: string): void => {
    const link = `${url}/runs/${id}`;
    terminal.print(
      terminal.json ? JSON.stringify({ type: "run.link", run: id, url: link }) : `\n  ${terminal.paint.bold(link)}\n`,
    );
  };
  const running = findServer(opened.flotilla);
  if (running !== undefined) {
    tell(running.url);
    return use(opened);
  }
  const { project, metrics } = measured(opened);
  const log = await openServerLog(terminal);
  const served = await serveProject(project, { address: undefined, port: undefined, engine: undefined, metrics, log });
  project.beforeClose.add(served.close);
  tell(served.url);
  try {
    return await use(project);
  } finally {
    project.beforeClose.delete(served.close);
    await served.close();
  }
}
