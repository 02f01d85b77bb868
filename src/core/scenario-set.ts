import type { Column, Scalar, ScenarioTable } from "./plan.ts";

/** A column as in a plan, its codes in any flat form: a plan's plain array or an `Int32Array`. */
export interface ScenarioColumn extends Omit<Column, "codes"> {
  readonly codes: ArrayLike<number>;
}

/**
 * The scenarios: a table whose dimension columns come first, in the order they were declared, and identify a row;
 * labels follow. A plan's `ScenarioTable` is one too, so whatever takes a set takes a table.
 */
export interface ScenarioSet {
  readonly size: number;
  readonly columns: readonly ScenarioColumn[];
}

/** The dimensions of a set, in table order. */
export function dimensionsOf(set: ScenarioSet): readonly ScenarioColumn[] {
  return set.columns.filter((column) => column.role === "dimension");
}

/** One scenario with its dimensions and labels, for predicates and functions over scenarios. */
export function scenarioAt(set: ScenarioSet, row: number): Record<string, Scalar | null> {
  return Object.fromEntries(set.columns.map((column) => [column.name, column.values[column.codes[row]!]!]));
}

/** The set as the plain data that a plan holds. */
export function toTable(set: ScenarioSet): ScenarioTable {
  return { size: set.size, columns: set.columns.map((column) => ({ ...column, codes: Array.from(column.codes) })) };
}

/** A plan's table with its codes packed: 4 bytes a cell. */
export function fromTable(table: ScenarioTable): ScenarioSet {
  return {
    size: table.size,
    columns: table.columns.map((column) => ({ ...column, codes: Int32Array.from(column.codes) })),
  };
}

/**
 * The set of these rows, in the order given. Dictionaries shrink to the values that are left, so that the result
 * depends on nothing but its rows: dimension values keep their order, label values are in order of first appearance.
 */
export function selectRows(set: ScenarioSet, rows: ArrayLike<number>): ScenarioSet {
  return { size: rows.length, columns: set.columns.map((column) => selectCodes(column, rows)) };
}

function selectCodes(column: ScenarioColumn, rows: ArrayLike<number>): ScenarioColumn {
  const codes = new Int32Array(rows.length);
  const appeared: number[] = [];
  const newCodes = new Int32Array(column.values.length).fill(-1);
  for (let i = 0; i < rows.length; i++) {
    const code = column.codes[rows[i]!]!;
    if (newCodes[code] === -1) newCodes[code] = appeared.push(code) - 1;
    codes[i] = newCodes[code]!;
  }
  const kept = column.role === "dimension" ? appeared.toSorted((a, b) => a - b) : appeared;
  kept.forEach((code, position) => (newCodes[code] = position));
  for (let i = 0; i < codes.length; i++) codes[i] = newCodes[appeared[codes[i]!]!]!;
  return { ...column, values: kept.map((code) => column.values[code]!), codes };
}
