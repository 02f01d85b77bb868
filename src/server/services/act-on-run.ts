import type { RunSummary } from "../../api/schemas/run.ts";
import { FlotillaError } from "../../core/errors.ts";
import { runStateFacts } from "../../core/task-state.ts";
import type { Request, RunRow } from "../../store/store.ts";
import { runAt } from "../runs/find-run.ts";
import { summariseRun } from "../runs/summarise-run.ts";
import { onceOnly } from "./once.ts";
import type { Call, Service, ServiceContext } from "./service.ts";

/** Start nothing new; what runs, runs on. */
export const pauseRun: Service<"pauseRun"> = (context, request, call) =>
  ask(context, "pause", request, call, (row) => {
    if (row.state !== "running")
      throw new FlotillaError("RUN_STATE", `run ${row.id} is ${row.state}`, {
        mend: "only a running run can be paused",
      });
  });

/** Go on with a run that is paused, or that was given up after faults, or that no engine drives. */
export const resumeRun: Service<"resumeRun"> = (context, request, call) =>
  ask(context, "resume", request, call, (row) => {
    refuseEnded(row, `run what failed again with flotilla restart ${row.id}`);
    if (row.state !== "paused" && !row.quarantined && context.isDriven(row))
      throw new FlotillaError("RUN_STATE", `run ${row.id} is ${row.state}, and an engine drives it`, {
        mend: `look at it with flotilla status --watch ${row.id}`,
      });
  });

/** End a run and all its processes. */
export const cancelRun: Service<"cancelRun"> = (context, request, call) =>
  ask(context, "cancel", request, call, (row) => refuseEnded(row, "there is nothing to cancel"));

function refuseEnded({ id, state }: RunRow, mend: string): void {
  if (runStateFacts[state].ended)
    throw new FlotillaError("RUN_STATE", `run ${id} has ended already: ${state}`, { mend });
}

/** Stores a request once it makes sense, and answers with the run as it stands then: whoever drives it carries it out. */
async function ask(
  context: ServiceContext,
  type: Exclude<Request["type"], "restart">,
  request: { readonly run: string; readonly by?: string | undefined },
  call: Call,
  check: (row: RunRow) => void,
): Promise<RunSummary> {
  const { store } = context;
  const row = await runAt(context, request.run);
  const now = async (): Promise<RunSummary> => summariseRun(context, await runAt(context, row.id));
  return onceOnly(context, call, {
    asked: [type, { run: row.id }],
    again: now,
    async act(once) {
      check(row);
      await store.addRequest(row.id, { type }, request.by ?? call.by, once);
      return now();
    },
  });
}
