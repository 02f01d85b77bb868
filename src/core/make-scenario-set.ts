import { makeDimensionColumn } from "./dimension-order.ts";
import { formatKey } from "./key.ts";
import type { Scalar } from "./plan.ts";
import { project } from "./projection.ts";
import { readCsvRows } from "./scenario-csv.ts";
import { scenarioError, shown } from "./scenario-errors.ts";
import { readJsonRows, readProduct, readRows } from "./scenario-rows.ts";
import type { ScenarioColumn, ScenarioSet } from "./scenario-set.ts";
import type {
  DimensionDeclaration,
  EncodedColumn,
  EncodedRows,
  ScenarioLayout,
  ScenarioSource,
} from "./scenario-source.ts";

/** Which columns identify a row and which describe it. */
export interface ScenarioOptions {
  /** In the order that they have in keys. */
  readonly dimensions: readonly (string | DimensionDeclaration)[];
  /** The columns kept as labels; without it, all that are no dimensions. */
  readonly labels?: readonly string[];
  /** The file that the text was read from, for messages. */
  readonly file?: string;
}

/**
 * A scenario set from rows, CSV or JSON text, or the product of lists. Rows keep the order of their source.
 *
 *     makeScenarioSet({ csv: "origin,flights\nJFK,842\n", dimensions: ["origin"] })
 *
 * Throws `SCENARIOS_EMPTY` without rows, `SCENARIOS_DUPLICATE` for two rows with one key, and `SCENARIOS_INVALID` for a
 * missing column, a broken line, or a value that may not be; each with the place.
 */
export function makeScenarioSet(options: ScenarioSource & ScenarioOptions): ScenarioSet {
  const layout = makeLayout(options);
  const rows = readSource(options, layout);
  if (rows.size === 0)
    throw scenarioError("there are no scenarios", layout, { code: "SCENARIOS_EMPTY", mend: "add at least one row" });
  const columnOf = (name: string): EncodedColumn => rows.columns.find((column) => column.name === name)!;
  const dimensions = layout.dimensions.map((dimension) =>
    makeDimensionColumn(columnOf(dimension.name), dimension, (row) => rows.placeOf(row)),
  );
  refuseDuplicates(rows, dimensions);
  const labels = rows.columns.filter(({ name }) => dimensions.every((dimension) => dimension.name !== name));
  return {
    size: rows.size,
    columns: [...dimensions, ...labels.map((column): ScenarioColumn => ({ role: "label", ...column }))],
  };
}

function makeLayout({ dimensions: declared, labels, file }: ScenarioOptions): ScenarioLayout {
  const dimensions = declared.map((dimension) => (typeof dimension === "string" ? { name: dimension } : dimension));
  const names = dimensions.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw scenarioError(
      `the dimension ${shown(twice)} is declared twice`,
      { file, column: twice },
      { mend: "name each dimension once" },
    );
  const confused = dimensions.find(({ ordered }) => Array.isArray(ordered) && new Set(ordered).size !== ordered.length);
  if (confused !== undefined)
    throw scenarioError(
      `the order of ${shown(confused.name)} names a value twice`,
      { file, column: confused.name },
      { mend: "list each value once" },
    );
  return { dimensions, labels, file };
}

function readSource(source: ScenarioSource, layout: ScenarioLayout): EncodedRows {
  if ("csv" in source) return readCsvRows(source.csv, layout);
  if ("json" in source) return readJsonRows(source.json, layout);
  if ("product" in source) return readProduct(source.product, layout);
  return readRows(source.rows, layout);
}

function refuseDuplicates(rows: EncodedRows, dimensions: readonly ScenarioColumn[]): void {
  const { size, taskOfRow, firstRow } = project(rows.size, dimensions);
  if (size === rows.size) return;
  const second = taskOfRow.findIndex((task, row) => firstRow[task] !== row);
  const { unit, number } = rows.placeOf(firstRow[taskOfRow[second]!]!);
  const values = dimensions.map(({ name, values, codes }) => [name, values[codes[second]!] as Scalar] as const);
  const key = formatKey(
    dimensions.map(({ name }) => name),
    Object.fromEntries(values),
  );
  throw scenarioError(
    `the same key as in ${unit} ${number}: ${key === "" ? "there are no dimensions to tell rows apart" : key}`,
    rows.placeOf(second),
    {
      code: "SCENARIOS_DUPLICATE",
      mend: "remove one of the two rows, or add the column that tells them apart to the dimensions",
    },
  );
}
