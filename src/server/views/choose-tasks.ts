import type { RetryClass } from "../../core/retry-class.ts";
import type { TaskState } from "../../core/task-state.ts";
import { matchRows, parseWhere } from "../../core/where.ts";
import type { RunView } from "./run-view.ts";
import { codeOfClass, codeOfState, type StepView } from "./step-view.ts";
import { stepAt } from "./view-of.ts";

/** Which tasks are meant; what is left empty does not narrow. The same in every view. */
export interface TaskChoice {
  readonly step: readonly string[];
  readonly state: readonly TaskState[];
  readonly class: readonly RetryClass[];
  readonly where: readonly string[];
  readonly cause?: string | undefined;
}

/** For each step of the run its chosen tasks, 1 or 0 for each; undefined where none of a step is chosen, `"all"` where each is. */
export type ChosenTasks = readonly (Uint8Array | "all" | undefined)[];

/** Throws `TASK_NOT_FOUND` for a step that the run lacks, and what `parseWhere` and `matchRows` throw. */
export function chooseTasks(view: RunView, choice: TaskChoice): ChosenTasks {
  const steps = new Set(choice.step.map((name) => stepAt(view, name)));
  const rows = choice.where.length === 0 ? undefined : matchRows(view.scenarios, choice.where.map(parseWhere));
  const test = columnTest(view, choice);
  return view.steps.map((step) => {
    if (steps.size > 0 && !steps.has(step.shape.index)) return undefined;
    if (rows === undefined && test === undefined) return "all";
    return chooseOfStep(step, rows, test);
  });
}

export function isChosen(chosen: ChosenTasks, step: number, task: number): boolean {
  const mask = chosen[step];
  return mask === "all" || (mask !== undefined && mask[task] === 1);
}

export function countChosen(view: RunView, chosen: ChosenTasks): number {
  return view.steps.reduce((sum, { shape }, index) => {
    const mask = chosen[index];
    if (mask === undefined) return sum;
    return sum + (mask === "all" ? shape.size : mask.reduce((count, is) => count + is, 0));
  }, 0);
}

/** Calls `visit` for each chosen task, in order of the plan. */
export function eachChosen(view: RunView, chosen: ChosenTasks, visit: (step: StepView, task: number) => void): void {
  for (const step of view.steps) {
    const mask = chosen[step.shape.index];
    if (mask === undefined) continue;
    for (let task = 0; task < step.shape.size; task++) if (mask === "all" || mask[task] === 1) visit(step, task);
  }
}

function chooseOfStep(
  { shape, ...step }: StepView,
  rows: Int32Array | undefined,
  test: ColumnTest | undefined,
): Uint8Array {
  const mask = new Uint8Array(shape.size);
  if (rows === undefined) mask.fill(1);
  else for (const task of shape.tasksOfRows(rows)) mask[task] = 1;
  if (test === undefined) return mask;
  for (let task = 0; task < shape.size; task++)
    if (mask[task] === 1 && !test(step.state[task]!, step.class[task]!, step.cause[task]!)) mask[task] = 0;
  return mask;
}

type ColumnTest = (state: number, retryClass: number, cause: number) => boolean;

/** Undefined when every task would pass. */
function columnTest(view: RunView, choice: TaskChoice): ColumnTest | undefined {
  const states = new Set(choice.state.map((state) => codeOfState[state]));
  const classes = new Set(choice.class.map((retryClass) => codeOfClass.get(retryClass)!));
  const cause = choice.cause === undefined ? undefined : (view.causeCodes.get(choice.cause) ?? -1);
  if (states.size === 0 && classes.size === 0 && cause === undefined) return undefined;
  return (state, retryClass, ofTask) =>
    (states.size === 0 || states.has(state)) &&
    (classes.size === 0 || classes.has(retryClass)) &&
    (cause === undefined || cause === ofTask);
}
