import { unknownColumn } from "./columns.ts";
import { countingStarts, sortRows, sortRowsByCode } from "./key-order.ts";
import { project, type Projection } from "./projection.ts";
import { dimensionsOf, type ScenarioSet } from "./scenario-set.ts";

/** The tasks of a finer projection that belong to each task of a coarser one, in key order. */
export interface Grouping {
  count(coarse: number): number;
  each(coarse: number, visit: (fine: number) => void): void;
}

/** The projections of one scenario set; steps with the same dimensions share theirs, and all that hangs on it. */
export interface Projections {
  /** The projection on these dimensions, in whatever order they are named. Throws `DIMENSION_UNKNOWN`. */
  on(dimensions: Iterable<string>): Projection;
  /** The first rows of a projection's tasks, in key order: each dimension in its own order, the first weighing most. */
  rowsInKeyOrder(projection: Projection): Int32Array;
  /** `coarse` must be on some of the dimensions of `fine`. */
  grouping(fine: Projection, coarse: Projection): Grouping;
}

/** Nothing is computed before it is asked for, and nothing twice. */
export function makeProjections(set: ScenarioSet): Projections {
  const dimensions = dimensionsOf(set);
  const byName = new Map(dimensions.map((column) => [column.name, column]));
  const projections = new Map<string, Projection>();
  const orders = new Map<Projection, Int32Array>();
  const groupings = new Map<Projection, Map<Projection, Grouping>>();

  function on(names: Iterable<string>): Projection {
    const wanted = new Set(names);
    for (const name of wanted) if (!byName.has(name)) throw unknownColumn("dimension", name, [...byName.keys()]);
    const columns = dimensions.filter((column) => wanted.has(column.name));
    const id = columns.map((column) => dimensions.indexOf(column)).join(",");
    return remember(projections, id, () => project(set.size, columns));
  }

  function rowsInKeyOrder(projection: Projection): Int32Array {
    return remember(orders, projection, () => sortRows(projection.firstRow, projection.columns));
  }

  function grouping(fine: Projection, coarse: Projection): Grouping {
    if (fine === coarse) return eachAlone;
    const ofFine = remember(groupings, fine, () => new Map<Projection, Grouping>());
    return remember(ofFine, coarse, () => makeGrouping(fine, coarse, rowsInKeyOrder));
  }

  return { on, rowsInKeyOrder, grouping };
}

const eachAlone: Grouping = { count: () => 1, each: (task, visit) => visit(task) };

function makeGrouping(fine: Projection, coarse: Projection, rowsInKeyOrder: (of: Projection) => Int32Array): Grouping {
  const starts = countingStarts(fine.firstRow, coarse.taskOfRow, coarse.size);
  let members: Int32Array | undefined;
  // Counting is all that most readers need; the members are sorted when the first is asked for.
  const sortMembers = (): Int32Array =>
    sortRowsByCode(rowsInKeyOrder(fine), coarse.taskOfRow, coarse.size).map((row) => fine.taskOfRow[row]!);
  return {
    count: (task) => starts[task + 1]! - starts[task]!,
    each(task, visit) {
      members ??= sortMembers();
      const end = starts[task + 1]!;
      for (let i = starts[task]!; i < end; i++) visit(members[i]!);
    },
  };
}

function remember<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = make()));
  return value;
}
