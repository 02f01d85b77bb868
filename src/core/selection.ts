import { findColumn, readValue, unknownColumn, unknownValue } from "./columns.ts";
import { assertNever, FlotillaError } from "./errors.ts";
import { formatKey } from "./key.ts";
import { makeIntList } from "./int-list.ts";
import type { Scalar } from "./plan.ts";
import { makeProjections } from "./projections.ts";
import { representativeRows } from "./representative.ts";
import { dimensionsOf, scenarioAt, type ScenarioSet } from "./scenario-set.ts";
import { makeTaskKeys } from "./task-keys.ts";
import { matchRows, type Condition } from "./where.ts";

/** A scenario's dimensions and labels. */
export type Scenario = Readonly<Record<string, Scalar | null>>;

/** Names a subset of a scenario set. */
export type Selection =
  | { readonly type: "all" }
  /** The first rows of the source. */
  | { readonly type: "first"; readonly count: number }
  /** Rows that meet all conditions. */
  | { readonly type: "where"; readonly conditions: readonly Condition[] }
  | { readonly type: "matching"; readonly matches: (scenario: Scenario) => boolean }
  /** Rows by their full keys; values may be texts, as they stand in keys. */
  | { readonly type: "rows"; readonly keys: readonly Readonly<Record<string, Scalar>>[] }
  /** See `representativeRows`. */
  | { readonly type: "representative"; readonly count: number; readonly typical?: string };

/**
 * The rows that are in all of these selections, in the order of the source. Each is applied to the whole set: a filter
 * narrows what `representative` chose, it does not change the choice.
 *
 * Throws `SCENARIOS_EMPTY` if nothing is left, `KEY_INVALID` for a named row or a value that does not exist, and
 * `DIMENSION_UNKNOWN` for a name that the set does not have.
 */
export function selectScenarios(set: ScenarioSet, ...selections: readonly Selection[]): Int32Array {
  const chosen = selections.map((selection) => rowsOf(set, selection));
  const rows = chosen.reduce(intersection, allRows(set));
  if (rows.length > 0) return rows;
  throw new FlotillaError("SCENARIOS_EMPTY", `no scenario is left of ${set.size}`, {
    mend:
      selections.length > 1
        ? "the selection and what narrows it have no scenario in common; loosen one of them"
        : "loosen the selection",
  });
}

function rowsOf(set: ScenarioSet, selection: Selection): Int32Array {
  switch (selection.type) {
    case "all":
      return allRows(set);
    case "first":
      return allRows(set).subarray(0, Math.max(0, selection.count));
    case "where":
      return matchRows(set, selection.conditions);
    case "matching":
      return allRows(set).filter((row) => selection.matches(scenarioAt(set, row)));
    case "rows":
      return namedRows(set, selection.keys);
    case "representative":
      return representativeRows(set, selection.count, selection.typical);
    default:
      return assertNever(selection);
  }
}

function allRows(set: ScenarioSet): Int32Array {
  return Int32Array.from({ length: set.size }, (_, row) => row);
}

/** Of two ascending lists. */
function intersection(a: Int32Array, b: Int32Array): Int32Array {
  const common = makeIntList();
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) common.push(a[i]!);
    if (a[i]! <= b[j]!) i++;
    else j++;
  }
  return common.finish();
}

/** Finds rows by their keys, ascending. A key must name every dimension: with fewer it is a filter, and `where` says so. */
function namedRows(set: ScenarioSet, keys: readonly Readonly<Record<string, Scalar>>[]): Int32Array {
  const projections = makeProjections(set);
  const names = dimensionsOf(set).map((dimension) => dimension.name);
  const everyRow = projections.on(names);
  const scenarios = makeTaskKeys("scenario", everyRow, () => projections.rowsInKeyOrder(everyRow));
  const rows = keys.map((key) => {
    const task = scenarios.taskAt(completeKey(set, names, key));
    if (task === undefined) throw noSuchScenario(formatKey(names, key));
    return everyRow.firstRow[task]!;
  });
  return Int32Array.from(new Set(rows)).toSorted();
}

function completeKey(
  set: ScenarioSet,
  names: readonly string[],
  key: Readonly<Record<string, Scalar>>,
): Record<string, Scalar> {
  const unknown = Object.keys(key).find((name) => !names.includes(name));
  if (unknown !== undefined) throw unknownColumn("dimension", unknown, names);
  const missing = names.filter((name) => !Object.hasOwn(key, name));
  if (missing.length > 0) {
    throw new FlotillaError(
      "KEY_INVALID",
      `${JSON.stringify(formatKey(Object.keys(key), key))} does not name one scenario: ${missing.join(", ")} missing`,
      {
        mend: "name every dimension, or use a filter to choose several scenarios",
        place: { key: formatKey(Object.keys(key), key) },
      },
    );
  }
  return Object.fromEntries(names.map((name) => [name, knownValue(set, name, key[name]!)]));
}

function knownValue(set: ScenarioSet, name: string, given: Scalar): Scalar {
  const column = findColumn(set, name);
  const value = typeof given === "string" ? readValue(column, given) : given;
  if (!column.values.includes(value)) throw unknownValue(column, value);
  return value;
}

function noSuchScenario(key: string): FlotillaError {
  return new FlotillaError("KEY_INVALID", `there is no scenario ${key}`, {
    mend: "each of its values occurs, but not together; choose others",
    place: { key },
  });
}
