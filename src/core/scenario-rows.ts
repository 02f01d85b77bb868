import { makeDictionary } from "./dictionary.ts";
import type { Scalar } from "./plan.ts";
import { scenarioError } from "./scenario-errors.ts";
import { wantedColumns, type EncodedRows, type ScenarioLayout, type ScenarioRow } from "./scenario-source.ts";
import { checkColumnName, checkDimensionValue, checkLabelValue } from "./scenario-values.ts";

/** Encodes rows; a label that a row lacks is null. Throws `SCENARIOS_INVALID` with the number of the row, from 1. */
export function readRows(source: Iterable<ScenarioRow>, layout: ScenarioLayout): EncodedRows {
  const rows: readonly ScenarioRow[] = Array.isArray(source) ? source : [...source];
  if (rows.length === 0) return { size: 0, columns: [], placeOf: () => layout };
  return encodeRows(rows, columnNames(rows, layout.file), layout);
}

/** Encodes the rows in JSON text, which must be an array of objects. Throws `SCENARIOS_INVALID`. */
export function readJsonRows(text: string, layout: ScenarioLayout): EncodedRows {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch (error) {
    throw scenarioError(`not JSON: ${(error as Error).message}`, layout, {
      mend: "write an array of objects, one for each scenario",
    });
  }
  if (!Array.isArray(rows))
    throw scenarioError("the JSON is not an array", layout, {
      mend: "write an array of objects, one for each scenario",
    });
  return readRows(rows as readonly ScenarioRow[], layout);
}

/** Encodes every combination of the values, the last list varying fastest. */
export function readProduct(lists: Readonly<Record<string, readonly Scalar[]>>, layout: ScenarioLayout): EncodedRows {
  return encodeRows(productRows(lists), Object.keys(lists), layout);
}

function encodeRows(rows: Iterable<ScenarioRow>, names: readonly string[], layout: ScenarioLayout): EncodedRows {
  const { file, dimensions } = layout;
  for (const name of names) checkColumnName(name, { file });
  const columns = wantedColumns(names, layout).map((name) => ({
    name,
    dictionary: makeDictionary<Scalar | null>(),
    check: dimensions.some((dimension) => dimension.name === name) ? checkDimensionValue : checkLabelValue,
  }));
  let size = 0;
  for (const row of rows) {
    size++;
    for (const { name, dictionary, check } of columns) {
      const value = normal(row[name]);
      if (dictionary.add(value)) check(value, { file, unit: "row", number: size, column: name });
    }
  }
  return {
    size,
    columns: columns.map(({ name, dictionary }) => ({ name, ...dictionary.finish() })),
    placeOf: (row) => ({ file, unit: "row", number: row + 1 }),
  };
}

/** What JSON cannot tell apart is made one before it is encoded: no value and null, zero and minus zero. */
function normal(value: Scalar | null | undefined): Scalar | null {
  return value === undefined ? null : value === 0 ? 0 : value;
}

function columnNames(rows: readonly ScenarioRow[], file: string | undefined): string[] {
  const names = new Set<string>();
  rows.forEach((row, index) => {
    if (typeof row !== "object" || row === null || Array.isArray(row)) {
      throw scenarioError(
        "not an object",
        { file, unit: "row", number: index + 1 },
        { mend: 'write each scenario as an object: { origin: "JFK" }' },
      );
    }
    for (const name in row) names.add(name);
  });
  return [...names];
}

function* productRows(lists: Readonly<Record<string, readonly Scalar[]>>): Generator<ScenarioRow> {
  const names = Object.keys(lists);
  const size = names.reduce((product, name) => product * lists[name]!.length, 1);
  for (let row = 0; row < size; row++) {
    const values: Record<string, Scalar> = {};
    let rest = row;
    for (const name of names.toReversed()) {
      const list = lists[name]!;
      values[name] = list[rest % list.length]!;
      rest = Math.floor(rest / list.length);
    }
    yield values;
  }
}
