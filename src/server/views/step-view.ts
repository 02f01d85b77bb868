import type { PlanStep } from "../../core/plan.ts";
import { retryClasses } from "../../core/retry-class.ts";
import { type TaskState, taskStates } from "../../core/task-state.ts";
import type { StepShape } from "../../core/topology.ts";
import type { OutputColumn } from "./output-column.ts";

/** The tasks of one step as columns: entry `t` is task `t`. 36 bytes a task. */
export interface StepView {
  readonly shape: StepShape;
  readonly planned: PlanStep;
  /** Indices into `taskStates`. */
  readonly state: Uint8Array;
  readonly attempts: Uint16Array;
  /** Milliseconds since 1970; NaN where it has not come to that. */
  readonly readyAt: Float64Array;
  readonly startedAt: Float64Array;
  readonly endedAt: Float64Array;
  /** Index into `retryClasses` and 1; 0 for none. */
  readonly class: Uint8Array;
  /** Index into the causes of the run; 0 for none. */
  readonly cause: Uint32Array;
  /** How many tasks are in each state, by its index. */
  readonly counts: Int32Array;
  /** Those that somebody has asked for, by name. */
  readonly outputs: Map<string, OutputColumn>;
}

export function makeStepView(shape: StepShape, planned: PlanStep): StepView {
  const { size } = shape;
  const counts = new Int32Array(taskStates.length);
  counts[codeOfState.waiting] = size;
  return {
    shape,
    planned,
    state: new Uint8Array(size),
    attempts: new Uint16Array(size),
    readyAt: new Float64Array(size).fill(Number.NaN),
    startedAt: new Float64Array(size).fill(Number.NaN),
    endedAt: new Float64Array(size).fill(Number.NaN),
    class: new Uint8Array(size),
    cause: new Uint32Array(size),
    counts,
    outputs: new Map(),
  };
}

export const codeOfState = Object.fromEntries(taskStates.map((state, code) => [state, code])) as Record<
  TaskState,
  number
>;

export const codeOfClass = new Map(retryClasses.map((retryClass, index) => [retryClass, index + 1]));

/** What a task took, from the first attempt to its end; NaN where it has not come to that. */
export function durationOf(step: StepView, task: number): number {
  return step.endedAt[task]! - step.startedAt[task]!;
}
