import type { DimensionCoverage, PlanSelection } from "./plan.ts";
import { dimensionsOf, type ScenarioColumn, type ScenarioSet } from "./scenario-set.ts";
import { makeValuePairs, pairsOf } from "./value-pairs.ts";

/** How much of a scenario set some of its rows stand for. */
export type Coverage = Pick<PlanSelection, "scenarios" | "of" | "coverage" | "pairs">;

/** Counts the values, and the pairs of values of two dimensions, that occur in the set and in these rows of it. */
export function coverageOf(set: ScenarioSet, rows: ArrayLike<number>): Coverage {
  const dimensions = dimensionsOf(set);
  const pairs = pairsOf(dimensions).map(([a, b]) => countPairs(set, rows, a, b));
  return {
    scenarios: rows.length,
    of: set.size,
    coverage: dimensions.map((dimension) => coverDimension(dimension, rows)),
    pairs: { covered: sum(pairs.map((pair) => pair.covered)), of: sum(pairs.map((pair) => pair.of)) },
  };
}

function coverDimension({ name, values, codes }: ScenarioColumn, rows: ArrayLike<number>): DimensionCoverage {
  const seen = new Uint8Array(values.length);
  for (let i = 0; i < rows.length; i++) seen[codes[rows[i]!]!] = 1;
  return { dimension: name, covered: seen.reduce((total, one) => total + one, 0), of: values.length };
}

function countPairs(
  set: ScenarioSet,
  rows: ArrayLike<number>,
  a: ScenarioColumn,
  b: ScenarioColumn,
): { covered: number; of: number } {
  const [inRows, inSet] = [makeValuePairs(a, b), makeValuePairs(a, b)];
  const count = { covered: 0, of: 0 };
  for (let i = 0; i < rows.length; i++) if (inRows.add(rows[i]!)) count.covered++;
  for (let row = 0; row < set.size; row++) if (inSet.add(row)) count.of++;
  return count;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** `5 of 399 scenarios: all 3 origins, 5 of 16 carriers, 5 of 12 months, 71 of 243 pairs` */
export function describeCoverage({ scenarios, of, coverage, pairs }: Coverage): string {
  const parts = coverage.map((dimension) => share(dimension.covered, dimension.of, dimension.dimension));
  if (pairs.of > 0) parts.push(share(pairs.covered, pairs.of, "pair"));
  const whole = share(scenarios, of, "scenario");
  return parts.length === 0 ? whole : `${whole}: ${parts.join(", ")}`;
}

function share(covered: number, of: number, what: string): string {
  if (of === 1) return `${covered} ${what}`;
  return covered === of ? `all ${of} ${plural(what)}` : `${covered} of ${of} ${plural(what)}`;
}

function plural(noun: string): string {
  if (/s$/i.test(noun)) return noun;
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}
