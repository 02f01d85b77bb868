import type { ScenarioColumn } from "./scenario-set.ts";

/**
 * The distinct projections of a scenario set on some of its dimensions: the tasks of every step that varies by them.
 * Tasks are numbered in order of the first row that projects to them.
 */
export interface Projection {
  /** The dimensions, in table order. */
  readonly columns: readonly ScenarioColumn[];
  readonly size: number;
  readonly taskOfRow: Int32Array;
  readonly firstRow: Int32Array;
}

/** Projects `rows` rows on `columns`, in time linear in both. */
export function project(rows: number, columns: readonly ScenarioColumn[]): Projection {
  // Refined in place, one dimension after the other; after each, groups are numbered by first appearance.
  const groupOfRow = new Int32Array(rows);
  let groups = Math.min(rows, 1);
  for (const column of columns) {
    if (groups === rows) break;
    groups = refine(groupOfRow, groups, column);
  }
  return { columns, size: groups, taskOfRow: groupOfRow, firstRow: firstRows(groupOfRow, groups) };
}

function refine(groupOfRow: Int32Array, groups: number, column: ScenarioColumn): number {
  const cells = groups * column.values.length;
  // A table of all cells is several times faster than hashing, as long as it is not much longer than the rows.
  return cells <= 4 * groupOfRow.length + 1024
    ? refineByTable(groupOfRow, cells, column)
    : refineByHash(groupOfRow, column);
}

function refineByTable(groupOfRow: Int32Array, cells: number, { values, codes }: ScenarioColumn): number {
  const groupOfCell = new Int32Array(cells).fill(-1);
  let groups = 0;
  for (let row = 0; row < groupOfRow.length; row++) {
    const cell = groupOfRow[row]! * values.length + codes[row]!;
    if (groupOfCell[cell] === -1) groupOfCell[cell] = groups++;
    groupOfRow[row] = groupOfCell[cell]!;
  }
  return groups;
}

/** Open addressing with linear probing; at most half full, so a free slot is always near. */
function refineByHash(groupOfRow: Int32Array, { values, codes }: ScenarioColumn): number {
  const bits = Math.max(4, 33 - Math.clz32(groupOfRow.length));
  const mask = 2 ** bits - 1;
  const groupOfSlot = new Int32Array(2 ** bits).fill(-1);
  const cellOfGroup = new Float64Array(groupOfRow.length);
  let groups = 0;
  for (let row = 0; row < groupOfRow.length; row++) {
    const cell = groupOfRow[row]! * values.length + codes[row]!;
    let slot = scatter(groupOfRow[row]!, codes[row]!) & mask;
    while (groupOfSlot[slot] !== -1 && cellOfGroup[groupOfSlot[slot]!] !== cell) slot = (slot + 1) & mask;
    if (groupOfSlot[slot] === -1) {
      cellOfGroup[groups] = cell;
      groupOfSlot[slot] = groups++;
    }
    groupOfRow[row] = groupOfSlot[slot]!;
  }
  return groups;
}

/** Neighbouring pairs must not land in neighbouring slots: long runs of full slots make probing slow. */
function scatter(group: number, code: number): number {
  let hash = Math.imul(group, 0x9e3779b1) ^ Math.imul(code, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

/** Groups are numbered by first appearance, so the first row of the next group is the first to carry its number. */
function firstRows(groupOfRow: Int32Array, groups: number): Int32Array {
  const firstRow = new Int32Array(groups);
  for (let row = 0, next = 0; next < groups; row++) {
    if (groupOfRow[row] === next) firstRow[next++] = row;
  }
  return firstRow;
}
