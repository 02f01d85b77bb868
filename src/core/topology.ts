import { FlotillaError } from "./errors.ts";
import { didYouMean } from "./closest.ts";
import { naturalJoin, type JoinKind, type Relation } from "./join.ts";
import type { Plan, PlanStep, Scalar, ScenarioTable } from "./plan.ts";
import { previousJoin } from "./previous.ts";
import type { Projection } from "./projection.ts";
import { makeProjections, type Projections } from "./projections.ts";
import { fromTable, type ScenarioSet } from "./scenario-set.ts";
import { makeTaskKeys } from "./task-keys.ts";

export type { JoinKind } from "./join.ts";

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
  taskAt(key: Readonly<Record<string, Scalar>>): number | undefined;
  /** The tasks that at least one of these rows projects to, in ascending order. */
  tasksOfRows(rows: ArrayLike<number>): Int32Array;
  /** Calls `visit` for each task, in key order (each dimension in its own order). */
  eachInKeyOrder(visit: (task: number) => void): void;
}

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
  /** Calls `visit` for each task of `to` that `a` feeds, in key order. */
  eachDownstream(a: number, visit: (b: number) => void): void;
}

/**
 * The topology of a plan. Edges stand in the order of their readers; those of one reader by input name, then `after`.
 *
 * Throws `DIMENSION_UNKNOWN` for a step by a dimension that the table lacks, and `WIRING_INVALID` for an edge from a
 * step that is not there or for a `previous` that cannot be.
 */
export function makeTopology(plan: Pick<Plan, "scenarios" | "steps">): Topology {
  const projections = makeProjections(dimensionsAlone(plan.scenarios));
  const tasks = plan.steps.map((step) => projections.on(step.by));
  const edges = makeEdges(plan.steps, projections, tasks);
  const steps = plan.steps.map((step, index) => makeStepShape(step, index, tasks[index]!, { projections, edges }));
  return { steps, edges };
}

/** Labels have no part in the shape of a run, and their codes need not be kept. */
function dimensionsAlone({ size, columns }: ScenarioTable): ScenarioSet {
  return fromTable({ size, columns: columns.filter((column) => column.role === "dimension") });
}

function makeEdges(
  steps: readonly PlanStep[],
  projections: Projections,
  tasks: readonly Projection[],
): readonly Edge[] {
  const indexOf = new Map(steps.map((step, index) => [step.name, index]));
  return steps.flatMap(linksOf).map((link, index) => {
    const from = indexOf.get(link.from);
    if (from === undefined) throw unknownStep(link, indexOf.keys());
    const to = indexOf.get(link.to)!;
    const { needs, atLeast, input } = link;
    return { index, from, to, needs, atLeast, input, ...relate(projections, tasks[from]!, tasks[to]!, link.previous) };
  });
}

function relate(projections: Projections, from: Projection, to: Projection, previous: string | undefined): Relation {
  return previous === undefined ? naturalJoin(projections, from, to) : previousJoin(projections, from, to, previous);
}

/** What a step says about another that it waits for. */
interface Link {
  readonly from: string;
  readonly to: string;
  readonly input: string | undefined;
  readonly needs: Edge["needs"];
  readonly atLeast: number;
  readonly previous: string | undefined;
}

function linksOf(step: PlanStep): Link[] {
  const links: Link[] = [];
  // Sorted, because a plan that went through a store may have its members in another order.
  for (const name of Object.keys(step.inputs).toSorted()) {
    const input = step.inputs[name]!;
    if (input.type !== "output") continue;
    links.push({
      from: input.step,
      to: step.name,
      input: name,
      needs: "succeeded",
      atLeast: input.collect?.atLeast ?? 1,
      previous: input.previous,
    });
  }
  for (const { step: from, outcome } of step.after) {
    links.push({ from, to: step.name, input: undefined, needs: outcome, atLeast: 1, previous: undefined });
  }
  return links;
}

function makeStepShape(
  step: PlanStep,
  index: number,
  tasks: Projection,
  { projections, edges }: { projections: Projections; edges: readonly Edge[] },
): StepShape {
  const rowsInKeyOrder = (): Int32Array => projections.rowsInKeyOrder(tasks);
  return {
    index,
    name: step.name,
    by: tasks.columns.map((column) => column.name),
    size: tasks.size,
    firstRow: tasks.firstRow,
    upstream: edges.filter((edge) => edge.to === index),
    downstream: edges.filter((edge) => edge.from === index),
    ...makeTaskKeys(step.name, tasks, rowsInKeyOrder),
    tasksOfRows: (rows) => tasksOfRows(tasks, rows),
    eachInKeyOrder(visit) {
      for (const row of rowsInKeyOrder()) visit(tasks.taskOfRow[row]!);
    },
  };
}

function tasksOfRows(tasks: Projection, rows: ArrayLike<number>): Int32Array {
  const touched = new Uint8Array(tasks.size);
  for (let i = 0; i < rows.length; i++) touched[tasks.taskOfRow[rows[i]!]!] = 1;
  const found = new Int32Array(touched.reduce((count, is) => count + is, 0));
  for (let task = 0, next = 0; task < tasks.size; task++) if (touched[task] === 1) found[next++] = task;
  return found;
}

function unknownStep(link: Link, known: Iterable<string>): FlotillaError {
  return new FlotillaError(
    "WIRING_INVALID",
    `step ${JSON.stringify(link.to)} waits for ${JSON.stringify(link.from)}, which is not in the plan.${didYouMean(link.from, known)}`,
    {
      mend: "name a step of the same pipeline",
      place: { step: link.to, ...(link.input === undefined ? {} : { name: link.input }) },
    },
  );
}
