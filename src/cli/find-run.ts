import { FlotillaError } from "../core/errors.ts";
import type { RunId } from "../core/ids.ts";
import { type LiveRun } from "../core/live-run.ts";
import type { Plan } from "../core/plan.ts";
import { reckon } from "../core/reckon.ts";
import { rebuild } from "../engine/recover.ts";
import type { RunRow, Store, TaskRow } from "../store/store.ts";

/** The run that a person means: an id, the beginning of one, or nothing for the newest. */
export async function findRun(store: Store, given: string | undefined): Promise<RunRow> {
  if (given === undefined || given === "last") {
    const [newest] = await store.listRuns({ limit: 1 });
    if (newest !== undefined) return newest;
    throw new FlotillaError("RUN_NOT_FOUND", "there is no run yet", { mend: "start one with `flotilla run`" });
  }
  const exact = await store.getRun(given as RunId);
  if (exact !== undefined) return exact;
  const matching = (await store.listRuns({ limit: 1000 })).filter(({ id }) => id.startsWith(given));
  if (matching.length === 1) return matching[0]!;
  throw new FlotillaError(
    "RUN_NOT_FOUND",
    matching.length === 0 ? `there is no run ${given}` : `${given} stands for ${matching.length} runs`,
    {
      place: { name: given },
      mend:
        matching.length === 0
          ? "list them with `flotilla runs`"
          : `give more of it: ${matching
              .slice(0, 5)
              .map(({ id }) => id)
              .join(", ")}`,
    },
  );
}

export async function planOf(store: Store, run: RunRow): Promise<Plan> {
  const plan = await store.getPlan(run.planHash);
  if (plan === undefined) throw new FlotillaError("INTERNAL", `the plan of run ${run.id} is not in the store`);
  return plan;
}

/** A run with the state of every task, those that wait included: they have no row, their state follows from the others'. */
export async function loadRun(
  store: Store,
  run: RunRow,
): Promise<{ plan: Plan; live: LiveRun; rows: readonly TaskRow[] }> {
  const [plan, rows] = await Promise.all([planOf(store, run), store.listTasks(run.id)]);
  const now = Date.now();
  const live = rebuild({ run, plan, tasks: rows, attempts: [] }, now);
  reckon(live, now);
  return { plan, live, rows };
}
