import type { StateCounts, TaskState } from "../../core/task-state.ts";
import { type Paint, stateLooks } from "../terminal.ts";
import { totalOf } from "../../server/runs/count-tasks.ts";

/** The order in which states stand in a bar: what is done, what goes on, what is still to come. */
const barOrder: readonly TaskState[] = [
  "succeeded",
  "reused",
  "failed",
  "blocked",
  "cancelled",
  "skipped",
  "active",
  "backoff",
  "ready",
  "waiting",
];

/** A bar of segments, each as long as its share; a state with any task at all gets at least one cell. */
export function bar(counts: StateCounts, width: number, paint: Paint): string {
  const cells = shareCells(counts, width);
  return [...cells]
    .map(([state, size]) => paint[stateLooks[state].paint](stateLooks[state].glyph.repeat(size)))
    .join("");
}

/** Cells by state, in order, `width` in all. Where there are more states than cells, the last ones get none. */
function shareCells(counts: StateCounts, width: number): Map<TaskState, number> {
  const present = barOrder.filter((state) => counts[state] > 0).slice(0, width);
  const total = totalOf(counts);
  const due = (state: TaskState): number => (counts[state] / total) * width;
  const cells = new Map(present.map((state) => [state, Math.max(1, Math.floor(due(state)))]));
  const short = (state: TaskState): number => due(state) - cells.get(state)!;
  let missing = width - [...cells.values()].reduce((sum, size) => sum + size, 0);
  for (; missing > 0 && present.length > 0; missing--) grow(cells, mostOf(present, short), 1);
  for (; missing < 0; missing++)
    grow(
      cells,
      mostOf(present, (state) => cells.get(state)!),
      -1,
    );
  return cells;
}

function grow(cells: Map<TaskState, number>, state: TaskState, by: number): void {
  cells.set(state, cells.get(state)! + by);
}

function mostOf(states: readonly TaskState[], measure: (state: TaskState) => number): TaskState {
  return states.reduce((most, state) => (measure(state) > measure(most) ? state : most));
}

/** What the glyphs of these counts mean: `█ succeeded  ▸ active  · waiting`. */
export function legend(counts: StateCounts, paint: Paint): string {
  return barOrder
    .filter((state) => counts[state] > 0)
    .map((state) => `${paint[stateLooks[state].paint](stateLooks[state].glyph)} ${paint.dim(state)}`)
    .join("  ");
}
