import { FlotillaError } from "./errors.ts";
import type { Relation } from "./join.ts";
import { sortRows } from "./key-order.ts";
import type { Projection } from "./projection.ts";
import type { Projections } from "./projections.ts";

/**
 * The relation of `.previous(dimension)`: a reader at some value of the dimension is fed by the tasks of the writer at
 * the value before it. "Before" skips values that do not occur together with the same values of the other dimensions
 * that both sides vary by; at the first there is nothing. Dimensions that only the writer has are collected over all
 * their values there; those that only the reader has make no difference. Writer and reader may be the same.
 *
 * Throws `WIRING_INVALID` if the dimension is not ordered, or one side does not vary by it.
 */
export function previousJoin(projections: Projections, from: Projection, to: Projection, dimension: string): Relation {
  const shared = projections.on(namesOf(to).filter((name) => namesOf(from).includes(name)));
  const { before, after } = makeChains(shared, dimension);
  const beforeTask = (b: number): number => before[shared.taskOfRow[to.firstRow[b]!]!]!;
  const afterTask = (a: number): number => after[shared.taskOfRow[from.firstRow[a]!]!]!;
  const writers = projections.grouping(from, shared);
  const readers = projections.grouping(to, shared);
  return {
    kind: "previous",
    pairs: countPairs(
      before,
      (task) => writers.count(task),
      (task) => readers.count(task),
    ),
    countUpstream: (b) => (beforeTask(b) === none ? 0 : writers.count(beforeTask(b))),
    eachUpstream: (b, visit) => (beforeTask(b) === none ? undefined : writers.each(beforeTask(b), visit)),
    eachDownstream: (a, visit) => (afterTask(a) === none ? undefined : readers.each(afterTask(a), visit)),
  };
}

const none = -1;

/** For each task the one before it, and the one after it, along the dimension; `none` at the ends. */
function makeChains(tasks: Projection, dimension: string): { before: Int32Array; after: Int32Array } {
  const others = tasks.columns.filter((column) => column.name !== dimension);
  const along = tasks.columns.filter((column) => column.name === dimension);
  if (along.length === 0) throw notAlong(dimension, "reader and writer must both vary by it", "add it to their `by`");
  if (along[0]!.ordered !== true)
    throw notAlong(
      dimension,
      "it has no order",
      "declare it with `ordered: true`, or with the list of its values in order",
    );
  const rows = sortRows(tasks.firstRow, [...others, ...along]);
  const before = new Int32Array(tasks.size).fill(none);
  const after = new Int32Array(tasks.size).fill(none);
  for (let i = 1; i < rows.length; i++) {
    const [row, rowBefore] = [rows[i]!, rows[i - 1]!];
    if (others.some(({ codes }) => codes[row] !== codes[rowBefore])) continue;
    before[tasks.taskOfRow[row]!] = tasks.taskOfRow[rowBefore]!;
    after[tasks.taskOfRow[rowBefore]!] = tasks.taskOfRow[row]!;
  }
  return { before, after };
}

function countPairs(before: Int32Array, writers: (task: number) => number, readers: (task: number) => number): number {
  let pairs = 0;
  before.forEach((taskBefore, task) => {
    if (taskBefore !== none) pairs += writers(taskBefore) * readers(task);
  });
  return pairs;
}

function namesOf(projection: Projection): string[] {
  return projection.columns.map((column) => column.name);
}

function notAlong(dimension: string, why: string, mend: string): FlotillaError {
  return new FlotillaError("WIRING_INVALID", `previous(${JSON.stringify(dimension)}) cannot be asked for: ${why}`, {
    mend,
    place: { name: dimension },
  });
}
