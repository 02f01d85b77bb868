// contract placeholder, written by the owner of the algebra: see the interface below
import type { Plan, Scalar } from "./plan.ts";

/**
 * The shape of a run, computed from a plan by integer arithmetic: how many tasks each step has, their keys, and which
 * feed which. Tasks are numbers: task `t` of step `s`, from 0 in order of the first row that projects to it.
 * Nothing here allocates per task or per edge; what is kept are typed arrays as long as the scenario table, one set per
 * distinct combination of dimensions.
 */
export interface Topology {
  readonly steps: readonly StepShape[];
  /** All edges, by reader; one per (input or `after`) that names another step. */
  readonly edges: readonly Edge[];
}

export interface StepShape {
  readonly index: number;
  readonly name: string;
  readonly by: readonly string[];
  /** Number of tasks. */
  readonly size: number;
  /** The first row of the scenario table that projects to each task. */
  readonly firstRow: Int32Array;
  /** The edges on which this step reads, and those on which it is read. */
  readonly upstream: readonly Edge[];
  readonly downstream: readonly Edge[];
  /** `train[origin=JFK,month=7]`; just `extract` for a step without dimensions. */
  taskRef(task: number): string;
  /** The values of the step's dimensions at a task. */
  keyOf(task: number): Record<string, Scalar>;
  /** The task at these values, or undefined. Values of other dimensions are ignored. */
  taskAt(key: Record<string, Scalar>): number | undefined;
}

export type JoinKind = "one-to-one" | "broadcast" | "collect" | "many-to-many" | "previous";

/** The relation between the tasks of two steps: a feeds b when some scenario row projects to both. */
export interface Edge {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly kind: JoinKind;
  /** What must have become of the tasks on the `from` side. `atLeast` is a fraction, 1 for all. */
  readonly needs: "succeeded" | "done";
  readonly atLeast: number;
  /** The name of the input it serves; undefined for a pure `after`. */
  readonly input: string | undefined;
  /** Number of pairs, without listing them. */
  readonly pairs: number;
  /** How many tasks of `from` feed task `b` of `to` (0 for the first of a `previous` chain). */
  countUpstream(b: number): number;
  /** Calls `visit` for each task of `from` that feeds `b`, in key order (each dimension in its own order). */
  eachUpstream(b: number, visit: (a: number) => void): void;
  /** Calls `visit` for each task of `to` that `a` feeds. */
  eachDownstream(a: number, visit: (b: number) => void): void;
}

export declare function makeTopology(plan: Pick<Plan, "scenarios" | "steps">): Topology;
