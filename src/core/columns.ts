import { didYouMean } from "./closest.ts";
import { FlotillaError } from "./errors.ts";
import type { Scalar } from "./plan.ts";
import type { ScenarioColumn, ScenarioSet } from "./scenario-set.ts";

/** The column of this name, a dimension or a label. Throws `DIMENSION_UNKNOWN`, naming the closest. */
export function findColumn(set: ScenarioSet, name: string): ScenarioColumn {
  const column = set.columns.find((candidate) => candidate.name === name);
  if (column === undefined)
    throw unknownColumn(
      "dimension or label",
      name,
      set.columns.map((known) => known.name),
    );
  return column;
}

/** The error for a name that a scenario set does not have; `what` it was looked for as. */
export function unknownColumn(
  what: "dimension" | "dimension or label",
  name: string,
  known: readonly string[],
): FlotillaError {
  return new FlotillaError(
    "DIMENSION_UNKNOWN",
    `the scenario set has no ${what} ${JSON.stringify(name)}.${didYouMean(name, known)}`,
    {
      mend: known.length === 0 ? "the scenario set has none" : `there are ${known.join(", ")}`,
      place: { name },
    },
  );
}

/** The type that all values of a column have; `string` for a label of mixed types, which is compared by its text. */
export function columnType(column: ScenarioColumn): "string" | "number" | "boolean" {
  const types = new Set(column.values.filter((value) => value !== null).map((value) => typeof value));
  const [type] = types;
  return types.size === 1 && (type === "number" || type === "boolean") ? type : "string";
}

/** Text from a key or a filter as a value of this column's type. Throws `KEY_INVALID` if it is none. */
export function readValue(column: ScenarioColumn, text: string): Scalar {
  const type = columnType(column);
  if (type === "string") return text;
  const value = type === "number" ? readNumber(text) : readBoolean(text);
  if (value !== undefined) return value;
  throw new FlotillaError(
    "KEY_INVALID",
    `${JSON.stringify(text)} cannot be a value of ${JSON.stringify(column.name)}`,
    {
      mend: type === "number" ? "its values are numbers" : "its values are true and false",
      place: { name: column.name },
    },
  );
}

/** Decimal notation only: what else `Number` takes ("", "0x10", " 7") is more likely a slip. */
function readNumber(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function readBoolean(text: string): boolean | undefined {
  return text === "true" || (text === "false" ? false : undefined);
}

/** The error for a value that no scenario has, naming the closest. */
export function unknownValue(column: ScenarioColumn, value: Scalar): FlotillaError {
  const texts = column.values.map(String);
  return new FlotillaError(
    "KEY_INVALID",
    `no scenario has the ${column.name} ${JSON.stringify(value)}.${didYouMean(String(value), texts)}`,
    {
      mend: `its values are ${texts.slice(0, 20).join(", ")}${texts.length > 20 ? `, and ${texts.length - 20} more` : ""}`,
      place: { name: column.name },
    },
  );
}
