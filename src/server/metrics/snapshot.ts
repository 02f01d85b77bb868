import { type RunState, runStates, runStateFacts, type TaskState } from "../../core/task-state.ts";
import type { ResponseOf } from "../../api/operations.ts";
import type { Store } from "../../store/store.ts";
import type { Snapshot } from "./metrics.ts";

const openStates = runStates.filter((state: RunState) => !runStateFacts[state].ended);
const mostRuns = 1_000;

/** How things stand now: from the rows of open runs, which hold their counts, and from who waits for what. */
export async function readSnapshot(
  store: Pick<Store, "listRuns">,
  platforms: (() => Promise<ResponseOf<"platforms">>) | undefined,
): Promise<Omit<Snapshot, "listeners">> {
  const [runs, held] = await Promise.all([store.listRuns({ states: openStates, limit: mostRuns }), platforms?.()]);
  const tasks = runs.flatMap(({ pipeline, counts }) =>
    counts.flatMap((ofStep) =>
      Object.entries(ofStep).map(([state, count]) => ({ pipeline, state: state as TaskState, count })),
    ),
  );
  const waiting = (held?.waiting ?? []).map(({ why, tasks: count }) => ({ reason: reasonOf(why), count }));
  return { tasks, waiting };
}

/** Without the numbers, which would make a series of each moment: `pool gpu full (4 of 4)`. */
function reasonOf(why: string): string {
  return why.replaceAll(/\s*\([^)]*\)/g, "").slice(0, 80);
}
