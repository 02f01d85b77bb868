import type { RunRow, Request } from "../../store/store.ts";
import type { Invocation } from "../command.ts";
import { userName } from "../drive-run.ts";
import { isDriven } from "../engine-id.ts";
import { makeEngine } from "../make-engine.ts";
import type { Project } from "../open-project.ts";

/**
 * Asks for a change of a run and returns once it is carried out: by the engine that drives the run, or, where there is
 * none, by one of ours that lives just long enough.
 */
export async function askRun(
  project: Project,
  run: RunRow,
  request: Request,
  { options }: Invocation,
  isDone: (row: RunRow) => boolean = () => true,
): Promise<RunRow> {
  const id = await project.store.addRequest(run.id, request, userName());
  const engine = isDriven(run) ? undefined : makeEngine(project, options);
  try {
    await engine?.start();
    await engine?.own(run.id);
    for (;;) {
      const row = (await project.store.getRun(run.id))!;
      if ((await project.store.requestHandled(id)) && isDone(row)) return row;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    await engine?.stop();
  }
}
