import { FlotillaError } from "../core/errors.ts";
import type { OutputType } from "../core/plan.ts";

export interface CollectOptions {
  /** Go on once this share of the tasks has succeeded and the others have ended; 1, all of them, by default. */
  readonly atLeast?: number;
}

/** What all references say of themselves to the planner. */
interface Reference {
  readonly kind: "output";
  readonly step: string;
  readonly output: string;
  readonly collect?: unknown;
}

/**
 * One output of one step. `Dims` are the dimensions that its step varies by: a step that varies by all of them reads one
 * value, any other must ask for the collection. `Ordered` are the ordered dimensions of the scenario set.
 */
export interface OutputRef<T extends OutputType = OutputType, Dims extends string = string, Ordered extends string = string> extends Reference {
  readonly type: T;
  readonly dimensions: readonly Dims[];
  /** All values of the tasks that share a scenario with the reader, one row each with its key. */
  collect(options?: CollectOptions): CollectedRef;
  /** The value at the one before the reader's own value of an ordered dimension; null at its first. */
  previous<D extends Dims & Ordered>(dimension: D): PreviousRef<T, Dims, D>;
}

export interface PreviousRef<T extends OutputType = OutputType, Dims extends string = string, Along extends string = string> extends Reference {
  readonly type: T;
  readonly dimensions: readonly Dims[];
  readonly along: Along;
  collect(options?: CollectOptions): CollectedRef<Along>;
}

/** A collection; `Along` is the dimension of `.previous()`, if it was asked for. */
export interface CollectedRef<Along extends string = never> extends Reference {
  readonly atLeast: number;
  readonly along?: Along;
}

/** An output of the very step that reads it, at the value before its own: walk-forward training. */
export interface OwnPreviousRef<Name extends string = string, Along extends string = string> {
  readonly kind: "own";
  readonly output: Name;
  readonly along: Along;
}

export type AnyRef = OutputRef | PreviousRef | CollectedRef<string> | OwnPreviousRef;

export interface OutputOrigin<T extends OutputType, Dims extends string> {
  readonly step: string;
  readonly output: string;
  readonly type: T;
  readonly dimensions: readonly Dims[];
}

/** The reference to an output, as a step hands it out. */
export function makeOutputRef<T extends OutputType, Dims extends string>(origin: OutputOrigin<T, Dims>): OutputRef<T, Dims> {
  const reference = { kind: "output", ...origin } as const;
  return Object.freeze({
    ...reference,
    collect: (options?: CollectOptions): CollectedRef => collected(origin, options),
    previous: <D extends Dims>(along: D): PreviousRef<T, Dims, D> =>
      Object.freeze({ ...reference, along, collect: (options?: CollectOptions): CollectedRef<D> => Object.freeze({ ...collected(origin, options), along }) }),
  });
}

function collected({ step, output }: OutputOrigin<OutputType, string>, { atLeast = 1 }: CollectOptions = {}): CollectedRef {
  if (Number.isFinite(atLeast) && atLeast > 0 && atLeast <= 1) return Object.freeze({ kind: "output", step, output, atLeast });
  throw new FlotillaError("WIRING_INVALID", `collect({ atLeast: ${String(atLeast)} }) cannot be asked for`, {
    mend: "atLeast is a share above 0 and at most 1: 0.95 goes on with 95 of 100",
    place: { name: output },
  });
}

/**
 * An output of this step itself at the value before its own: `inputs: { before: own("model").previous("month") }`.
 * The input is null at the first value of the dimension.
 */
export function own<const Name extends string>(output: Name): { previous<const D extends string>(dimension: D): OwnPreviousRef<Name, D> } {
  return Object.freeze({
    previous: <const D extends string>(along: D): OwnPreviousRef<Name, D> => Object.freeze({ kind: "own", output, along }),
  });
}

export function isReference(value: unknown): value is AnyRef {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  return (value.kind === "output" && "step" in value && "output" in value) || (value.kind === "own" && "along" in value);
}
