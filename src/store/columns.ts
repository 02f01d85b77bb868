import type { Json } from "../core/json.ts";

/** A task by the plan's numbers. */
interface TaskNumber {
  readonly step: number;
  readonly task: number;
}

/** Which rows: those in [`from`, `to`) in order of (step, task), or those that changed after a version of the run. */
export type TaskRange =
  | { readonly from: TaskNumber; readonly to: TaskNumber; readonly since?: undefined }
  | { readonly since: number; readonly step?: number };

/**
 * A run's rows for reading many at once: columns of numbers instead of objects. All calls of one reader see the same
 * moment. Rows come in any order; a time that is not known is NaN.
 */
export interface ColumnReader {
  tasks(range: TaskRange): Promise<TaskColumns>;
  /** Class and cause of the tasks that have a class, gathered by both. */
  failures(range: TaskRange): Promise<readonly FailureColumns[]>;
  /** The values of one output of one step; null where there is none. Texts are cut after 200 characters. */
  output(wish: OutputWish): Promise<{ readonly tasks: Int32Array; readonly values: readonly Json[] }>;
  /** With `since`: also those that have not ended. */
  attempts(range: TaskRange): Promise<AttemptColumns>;
}

export type OutputWish = TaskRange & { readonly name: string; readonly type: "number" | "boolean" | "string" };

export interface TaskColumns {
  readonly steps: Int32Array;
  readonly tasks: Int32Array;
  /** Indices into `taskStates`. */
  readonly states: Uint8Array;
  readonly attempts: Int32Array;
  readonly readyAt: Float64Array;
  readonly startedAt: Float64Array;
  readonly endedAt: Float64Array;
  /** How many of them have a class; when none has, `failures` of the same range is empty. */
  readonly withClass: number;
}

export interface FailureColumns {
  /** Index into `retryClasses`. */
  readonly class: number;
  /** Empty where a task is blocked and has none of its own. */
  readonly cause: string;
  readonly steps: Int32Array;
  readonly tasks: Int32Array;
}

export interface AttemptColumns {
  readonly steps: Int32Array;
  readonly tasks: Int32Array;
  readonly numbers: Int32Array;
  readonly intendedAt: Float64Array;
  readonly runningAt: Float64Array;
  readonly endedAt: Float64Array;
  /** When the user's code began and ended, by the machine it ran on. */
  readonly workStartedAt: Float64Array;
  readonly workEndedAt: Float64Array;
}
