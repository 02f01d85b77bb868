import { type StateCounts, taskStateFacts, taskStates } from "../../core/task-state.ts";
import type { RunRow } from "../../store/store.ts";

export function totalOf(counts: StateCounts): number {
  return taskStates.reduce((sum, state) => sum + counts[state], 0);
}

export function settledOf(counts: StateCounts): number {
  return taskStates.reduce((sum, state) => sum + (taskStateFacts[state].settled ? counts[state] : 0), 0);
}

/** Sums over all steps. */
export function countTasks(run: Pick<RunRow, "counts">): StateCounts & { total: number } {
  const sums = Object.fromEntries(
    taskStates.map((state) => [state, run.counts.reduce((sum, counts) => sum + counts[state], 0)]),
  ) as StateCounts;
  return { total: totalOf(sums), ...sums };
}

/** `1 task`, `29 tasks`. */
export function totalInWords({ total }: { readonly total: number }): string {
  return `${total} ${total === 1 ? "task" : "tasks"}`;
}

/** `3 failed, 1 active`: the states that there are any tasks in, of those asked for. */
export function countsInWords<State extends keyof StateCounts>(counts: StateCounts, states: readonly State[]): string {
  return states
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state}`)
    .join(", ");
}
