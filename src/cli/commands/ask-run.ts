import type { RunDetail, RunSummary } from "../../api/schemas/run.ts";
import type { RunId } from "../../core/ids.ts";
import type { Invocation } from "../command.ts";
import type { Connection } from "../connection.ts";
import { RunDriver } from "../run-driver.ts";

const lookMs = 50;

type Asked = RunDetail["asked"][number];

/**
 * Waits until what was asked of a run is carried out: by whoever drives it, or, where nobody does, by an engine of ours that
 * lives just long enough.
 */
export async function carriedOut(
  { api, project }: Connection,
  { id }: Pick<RunSummary, "id">,
  asked: Asked,
  invocation: Invocation,
  isDone: (run: RunDetail) => boolean = () => true,
): Promise<RunDetail> {
  const driver = project && new RunDriver(project, id as RunId, invocation);
  const waiting = async (): Promise<RunDetail> => {
    for (;;) {
      const run = await api.getRun({ run: id });
      if (!run.asked.includes(asked) && isDone(run)) return run;
      await driver?.keep(run);
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  };
  try {
    return await (driver === undefined ? waiting() : Promise.race([waiting(), driver.failed]));
  } finally {
    await driver?.stop();
  }
}
