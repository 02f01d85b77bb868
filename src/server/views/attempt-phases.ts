import type { AttemptTable } from "./attempt-table.ts";
import { type ChosenTasks, isChosen } from "./choose-tasks.ts";
import type { RunView } from "./run-view.ts";
import { codeOfState } from "./step-view.ts";

/**
 * An attempt in time: waiting begins (its task was ready), starting (the attempt was decided on), working (the user's code
 * began), saving (the code ended), and the end. A phase that did not occur has no length.
 */
export interface AttemptPhases {
  readonly step: number;
  readonly task: number;
  /** 0: the task is ready and has no attempt yet. */
  readonly number: number;
  readonly at: readonly [number, number, number, number, number];
}

/** `at` is the same array in every call, filled anew: a million attempts make no objects. */
type VisitAttempt = (step: number, task: number, number: number, at: Float64Array) => void;

/**
 * Calls `visit` for each attempt of the chosen tasks, and for those tasks that wait for room. What goes on lasts until
 * `now`. 100 ms for 1,000,000 attempts, with what `TimelineLanes` does for each.
 */
export function eachAttempt(
  view: RunView,
  table: AttemptTable,
  chosen: ChosenTasks,
  now: number,
  visit: VisitAttempt,
): void {
  const at = new Float64Array(5);
  for (let i = 0; i < table.count; i++) {
    const [step, task] = [table.step[i]!, table.task[i]!];
    if (!isChosen(chosen, step, task)) continue;
    const intended = table.intendedAt[i]!;
    const end = Math.max(intended, orElse(table.endedAt[i]!, now));
    at[0] = waitingFrom(view, step, task, intended);
    at[1] = intended;
    at[2] = orElse(table.workStartedAt[i]!, end);
    at[3] = orElse(table.workEndedAt[i]!, end);
    at[4] = end;
    visit(step, task, table.number[i]!, at);
  }
  for (const step of view.steps) {
    if (chosen[step.shape.index] === undefined || step.counts[codeOfState.ready] === 0) continue;
    for (let task = 0; task < step.shape.size; task++) {
      const ready = step.readyAt[task]!;
      if (step.state[task] !== codeOfState.ready || Number.isNaN(ready)) continue;
      if (!isChosen(chosen, step.shape.index, task)) continue;
      at.fill(Math.max(ready, now));
      at[0] = ready;
      visit(step.shape.index, task, 0, at);
    }
  }
}

/** Only the attempt that a task began with has waited for room since the task was ready; the others came after a backoff. */
function waitingFrom({ steps }: RunView, step: number, task: number, intended: number): number {
  const { readyAt, startedAt } = steps[step]!;
  const ready = readyAt[task]!;
  return startedAt[task] === intended && ready <= intended ? ready : intended;
}

function orElse(time: number, instead: number): number {
  return Number.isNaN(time) ? instead : time;
}
