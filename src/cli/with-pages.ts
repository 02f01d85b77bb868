import type { Invocation } from "./command.ts";
import type { Project } from "./open-project.ts";
import { serveProject } from "./serve-project.ts";
import { openServerLog } from "./server-log.ts";
import { tellLink } from "./tell-link.ts";

/** Does something while the dashboard can be looked at, served by this process, and prints the link to a run in it. */
export async function withPages<T>(
  project: Project,
  run: string,
  invocation: Pick<Invocation, "terminal">,
  use: () => Promise<T>,
): Promise<T> {
  const log = await openServerLog(invocation.terminal);
  const served = await serveProject(project, { address: undefined, port: undefined, engine: undefined, log });
  project.beforeClose.add(served.close);
  tellLink(served.url, run, invocation);
  try {
    return await use();
  } finally {
    project.beforeClose.delete(served.close);
    await served.close();
  }
}
