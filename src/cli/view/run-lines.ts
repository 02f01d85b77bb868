import type { Plan } from "../../core/plan.ts";
import { runStateFacts, type StateCounts, taskStateFacts, type TaskState, taskStates } from "../../core/task-state.ts";
import { formatDuration } from "../../core/units.ts";
import type { RunRow } from "../../store/store.ts";
import { safeText } from "../format/safe-text.ts";
import { fit } from "../format/width.ts";
import { stateLooks, type Terminal } from "../terminal.ts";

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

/** The picture of a run: a heading and a line per step. Pure: equal rows give equal lines. */
export function runLines(
  run: RunRow,
  plan: Plan,
  options: { now: number; columns: number; paint: Terminal["paint"]; rate: number | undefined },
): string[] {
  const { columns, paint } = options;
  const nameWidth = Math.min(
    Math.max(...plan.steps.map(({ name }) => name.length), 4),
    Math.max(8, Math.floor(columns / 4)),
  );
  const totalWidth = Math.max(...run.counts.map((counts) => `${settledOf(counts)}/${totalOf(counts)}`.length));
  const notesWidth = columns >= 100 ? 34 : 0;
  const barWidth = Math.max(8, columns - nameWidth - totalWidth - notesWidth - 6);
  const steps = plan.steps.map((step, index) => {
    const counts = run.counts[index]!;
    const done = fit(`${settledOf(counts)}/${totalOf(counts)}`, totalWidth, "right");
    const notes = notesWidth === 0 ? "" : `  ${paint.dim(fit(notesOf(counts), notesWidth - 2).trimEnd())}`;
    return `  ${fit(safeText(step.name), nameWidth)}  ${bar(counts, barWidth, paint)}  ${done}${notes}`.trimEnd();
  });
  return [heading(run, options), ...steps];
}

function heading(
  run: RunRow,
  { now, paint, rate, columns }: { now: number; paint: Terminal["paint"]; rate: number | undefined; columns: number },
): string {
  const total = run.counts.reduce((sum, counts) => sum + totalOf(counts), 0);
  const settled = run.counts.reduce((sum, counts) => sum + settledOf(counts), 0);
  const elapsed = run.startedAt === undefined ? 0 : (run.endedAt ?? now) - run.startedAt;
  const parts = [`${settled}/${total} tasks`, formatDuration(elapsed)];
  if (!runStateFacts[run.state].ended && rate !== undefined && rate > 0) {
    parts.push(`${rate >= 10 ? Math.round(rate) : rate.toFixed(1)}/s`);
    if (settled < total) parts.push(`about ${formatDuration(((total - settled) / rate) * 1000)} left`);
  }
  const stateColour = {
    running: paint.blue,
    paused: paint.yellow,
    cancelling: paint.yellow,
    succeeded: paint.green,
    failed: paint.red,
    cancelled: paint.gray,
  }[run.state];
  const title = `${paint.bold(safeText(run.pipeline))} ${paint.dim(run.id)} ${stateColour(run.state)}`;
  return columns < 70 ? `${title}  ${parts.slice(0, 2).join(" · ")}` : `${title}  ${parts.join(" · ")}`;
}

/** A bar of segments, each as long as its share; a state with any task at all gets at least one cell. */
export function bar(counts: StateCounts, width: number, paint: Terminal["paint"]): string {
  const total = totalOf(counts);
  const present = barOrder.filter((state) => counts[state] > 0);
  const cells = new Map(present.map((state) => [state, Math.max(1, Math.floor((counts[state] / total) * width))]));
  const sum = (): number => [...cells.values()].reduce((a, b) => a + b, 0);
  const largest = (): TaskState => present.reduce((a, b) => (cells.get(b)! > cells.get(a)! ? b : a));
  while (present.length > 0 && sum() !== width) {
    const state = sum() < width ? neediest(present, counts, cells, width / total) : largest();
    cells.set(state, cells.get(state)! + Math.sign(width - sum()));
  }
  return present
    .map((state) => paint[stateLooks[state].paint](stateLooks[state].glyph.repeat(Math.max(0, cells.get(state)!))))
    .join("");
}

function neediest(
  present: readonly TaskState[],
  counts: StateCounts,
  cells: ReadonlyMap<TaskState, number>,
  perTask: number,
): TaskState {
  return present.reduce((a, b) => (counts[b] * perTask - cells.get(b)! > counts[a] * perTask - cells.get(a)! ? b : a));
}

function notesOf(counts: StateCounts): string {
  return (["failed", "blocked", "active", "backoff", "ready", "cancelled", "skipped", "reused"] as const)
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state}`)
    .join(", ");
}

export function totalOf(counts: StateCounts): number {
  return taskStates.reduce((sum, state) => sum + counts[state], 0);
}

export function settledOf(counts: StateCounts): number {
  return taskStates.reduce((sum, state) => sum + (taskStateFacts[state].settled ? counts[state] : 0), 0);
}

/** Sums over all steps. */
export function countTasks(run: RunRow): StateCounts & { total: number } {
  const sums = Object.fromEntries(
    taskStates.map((state) => [state, run.counts.reduce((sum, counts) => sum + counts[state], 0)]),
  ) as StateCounts;
  return { total: totalOf(sums), ...sums };
}
