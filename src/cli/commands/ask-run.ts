import type { Request, RunRow } from "../../store/store.ts";
import type { Invocation } from "../command.ts";
import { userName } from "../drive-run.ts";
import type { Project } from "../open-project.ts";
import { RunDriver } from "../run-driver.ts";

const lookMs = 50;

/**
 * Asks for a change of a run and returns once it is carried out: by the engine that drives the run, or, where there is
 * none, by one of ours that lives just long enough.
 */
export async function askRun(
  project: Project,
  run: RunRow,
  request: Request,
  invocation: Invocation,
  isDone: (row: RunRow) => boolean = () => true,
): Promise<RunRow> {
  const { store } = project;
  const id = await store.addRequest(run.id, request, userName());
  const driver = new RunDriver(project, run.id, invocation);
  const carriedOut = async (): Promise<RunRow> => {
    for (;;) {
      const row = (await store.getRun(run.id))!;
      if ((await store.requestHandled(id)) && isDone(row)) return row;
      await driver.keep(row);
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  };
  try {
    return await Promise.race([carriedOut(), driver.failed]);
  } finally {
    await driver.stop();
  }
}
