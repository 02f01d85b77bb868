import { sortByCodePoint } from "./code-point-order.ts";
import { didYouMean } from "./closest.ts";
import type { Scalar } from "./plan.ts";
import { scenarioError, shown, type ScenarioPlace } from "./scenario-errors.ts";
import type { DimensionDeclaration, EncodedColumn, EncodedRows } from "./scenario-source.ts";
import type { ScenarioColumn } from "./scenario-set.ts";

/**
 * A dimension's column with its values in their order: as declared, else numbers by size, texts by code point, false
 * before true. Throws `SCENARIOS_INVALID` if it has values of several types, or one that the declared order lacks.
 */
export function makeDimensionColumn(
  column: EncodedColumn,
  { name, ordered }: DimensionDeclaration,
  placeOf: EncodedRows["placeOf"],
): ScenarioColumn {
  const values = column.values as readonly Scalar[];
  const placeOfValue = (code: number): ScenarioPlace => ({ ...placeOf(column.codes.indexOf(code)), column: name });
  const other = values.findIndex((value) => typeof value !== typeof values[0]);
  if (other !== -1) {
    throw scenarioError(
      `the dimension ${shown(name)} has values of several types: ${shown(values[0])} before, ${shown(values[other])} here`,
      placeOfValue(other),
      {
        mend: "write all its values as text, or all as numbers",
      },
    );
  }
  const sorted = Array.isArray(ordered)
    ? sortAsDeclared(values, ordered as readonly Scalar[], placeOfValue)
    : sortNaturally(values);
  const position = new Map(sorted.map((value, index) => [value, index]));
  const newCodes = Int32Array.from(values, (value) => position.get(value)!);
  return {
    name,
    role: "dimension",
    ...(ordered === undefined || ordered === false ? {} : { ordered: true }),
    values: sorted,
    codes: column.codes.map((code) => newCodes[code]!),
  };
}

function sortNaturally(values: readonly Scalar[]): readonly Scalar[] {
  if (values.every((value) => typeof value === "string")) return sortByCodePoint(values);
  return values.toSorted((a, b) => Number(a) - Number(b));
}

function sortAsDeclared(
  values: readonly Scalar[],
  order: readonly Scalar[],
  placeOfValue: (code: number) => ScenarioPlace,
): readonly Scalar[] {
  const [declared, present] = [new Set(order), new Set(values)];
  const missing = values.findIndex((value) => !declared.has(value));
  if (missing !== -1) {
    const place = placeOfValue(missing);
    throw scenarioError(
      `${shown(values[missing])} is not in the order declared for ${shown(place.column)}.${didYouMean(String(values[missing]), order.map(String))}`,
      place,
      {
        mend: "list every value in `ordered`, with the type that it has in the set",
      },
    );
  }
  return order.filter((value) => present.has(value));
}
