import type { AttemptTable } from "./attempt-table.ts";
import { type ChosenTasks, eachChosen, isChosen } from "./choose-tasks.ts";
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

/** Calls `visit` for each attempt of the chosen tasks, and for those that wait for room. What goes on lasts until `now`. */
export function eachAttempt(
  view: RunView,
  table: AttemptTable,
  chosen: ChosenTasks,
  now: number,
  visit: (attempt: AttemptPhases) => void,
): void {
  for (let i = 0; i < table.count; i++)
    if (isChosen(chosen, table.step[i]!, table.task[i]!)) visit(phasesOf(view, table, i, now));
  eachChosen(view, chosen, ({ shape, state, readyAt }, task) => {
    const ready = readyAt[task]!;
    if (state[task] !== codeOfState.ready || Number.isNaN(ready)) return;
    const until = Math.max(ready, now);
    visit({ step: shape.index, task, number: 0, at: [ready, until, until, until, until] });
  });
}

function phasesOf(view: RunView, table: AttemptTable, i: number, now: number): AttemptPhases {
  const [step, task] = [table.step[i]!, table.task[i]!];
  const intended = table.intendedAt[i]!;
  const end = Math.max(intended, orElse(table.endedAt[i]!, now));
  const working = orElse(table.workStartedAt[i]!, end);
  const saving = orElse(table.workEndedAt[i]!, end);
  return {
    step,
    task,
    number: table.number[i]!,
    at: [waitingFrom(view, step, task, intended), intended, working, saving, end],
  };
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
