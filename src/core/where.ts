import { columnType, findColumn, readValue, unknownValue } from "./columns.ts";
import { makeIntList } from "./int-list.ts";
import { decodeKeyText } from "./key-text.ts";
import { invalidKey } from "./key.ts";
import type { Scalar } from "./plan.ts";
import type { ScenarioColumn, ScenarioSet } from "./scenario-set.ts";

/** One condition on a dimension or a label: `origin=JFK,EWR`, `month=1..6`, `carrier!=B6`, `flights>=300`. */
export interface Condition {
  readonly column: string;
  readonly operator: "=" | "!=" | "<" | "<=" | ">" | ">=";
  /** Several mean "one of them"; only `=` and `!=` may have several. */
  readonly values: readonly string[];
}

/** Reads one condition; special characters may be escaped as in keys. Throws `KEY_INVALID`. */
export function parseWhere(text: string): Condition {
  const match = /^([^=<>!]+)(!=|<=|>=|=|<|>)(.+)$/s.exec(text);
  if (match === null)
    throw invalidKey(text, "it is not a condition", "write it as origin=JFK, month=1..6, carrier!=B6 or flights>=300");
  const operator = match[2] as Condition["operator"];
  const texts = operator === "=" || operator === "!=" ? match[3]!.split(",") : [match[3]!];
  const [column, ...values] = [match[1]!, ...texts].map(decodeKeyText);
  if (column === undefined || !values.every((value) => value !== undefined))
    throw invalidKey(text, "a % stands for nothing", "write % as %25");
  if (values.includes("")) throw invalidKey(text, "a value is empty", "write values with one comma between");
  return { column, operator, values };
}

/**
 * The rows that meet all conditions, ascending. For the tasks that are concerned, see `StepShape.tasksOfRows`: a task
 * meets a condition when one of its scenarios does.
 *
 * Throws `DIMENSION_UNKNOWN` for a name that the set does not have, and `KEY_INVALID` for a value of the wrong type, a
 * value that no scenario has in that dimension, or a comparison along a dimension without order.
 */
export function matchRows(set: ScenarioSet, conditions: readonly Condition[]): Int32Array {
  const tests = conditions.map((condition) => {
    const column = findColumn(set, condition.column);
    return { codes: column.codes, matches: matchingCodes(column, condition) };
  });
  const rows = makeIntList();
  for (let row = 0; row < set.size; row++) {
    if (tests.every(({ codes, matches }) => matches[codes[row]!])) rows.push(row);
  }
  return rows.finish();
}

/** For each value of the column, whether it meets the condition; rows then need one look each. */
function matchingCodes(column: ScenarioColumn, { operator, values }: Condition): readonly boolean[] {
  switch (operator) {
    case "=":
    case "!=": {
      const tests = values.map((text) => equalityTest(column, text));
      return column.values.map((value) => (value !== null && tests.some((test) => test(value))) === (operator === "="));
    }
    default: {
      const compare = comparison(column);
      const bound = compare.read(values[0]!);
      return column.values.map((value) => value !== null && holds(operator, compare.rank(value) - compare.rank(bound)));
    }
  }
}

function equalityTest(column: ScenarioColumn, text: string): (value: Scalar) => boolean {
  if (columnType(column) === "string" && column.values.some((value) => String(value) === text))
    return (value) => String(value) === text;
  const range = /^(.*?)\.\.(.*)$/s.exec(text);
  if (range !== null && isComparable(column)) return rangeTest(column, range[1]!, range[2]!);
  const wanted = readValue(column, text);
  if (column.role === "dimension" && !column.values.includes(wanted)) throw unknownValue(column, wanted);
  return (value) => value === wanted;
}

/** Both ends belong to a range; an end left out is open. */
function rangeTest(column: ScenarioColumn, from: string, to: string): (value: Scalar) => boolean {
  const compare = comparison(column);
  const low = from === "" ? -Infinity : compare.rank(compare.read(from));
  const high = to === "" ? Infinity : compare.rank(compare.read(to));
  return (value) => low <= compare.rank(value) && compare.rank(value) <= high;
}

function isComparable(column: ScenarioColumn): boolean {
  return columnType(column) === "number" || column.ordered === true;
}

/** How values of a column are compared: numbers by size, those of an ordered dimension by their place in it. */
function comparison(column: ScenarioColumn): { read(text: string): Scalar; rank(value: Scalar): number } {
  const read = (text: string): Scalar => readValue(column, text);
  if (columnType(column) === "number") return { read, rank: Number };
  if (column.ordered !== true) {
    throw invalidKey(
      column.name,
      "its values are neither numbers nor ordered",
      "compare it with = or !=, or declare the dimension with `ordered`",
    );
  }
  const positions = new Map(column.values.map((value, position) => [value, position]));
  return {
    read,
    rank(value) {
      const position = positions.get(value);
      if (position === undefined) throw unknownValue(column, value);
      return position;
    },
  };
}

function holds(operator: "<" | "<=" | ">" | ">=", difference: number): boolean {
  switch (operator) {
    case "<":
      return difference < 0;
    case "<=":
      return difference <= 0;
    case ">":
      return difference > 0;
    case ">=":
      return difference >= 0;
  }
}
