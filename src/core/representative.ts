import { findColumn } from "./columns.ts";
import { makeIntList, type IntList } from "./int-list.ts";
import { sortRows, sortRowsByCode } from "./key-order.ts";
import type { Scalar } from "./plan.ts";
import { dimensionsOf, type ScenarioColumn, type ScenarioSet } from "./scenario-set.ts";
import { makeValuePairs, pairsOf } from "./value-pairs.ts";

/**
 * `count` rows that stand for the set, ascending; all rows if there are no more. One after the other, the row is taken
 * that adds most values of dimensions not yet covered; among those, most pairs of values of two dimensions; then the
 * most typical by the label `typical` (highest number, true before false, some text before none); then the first by key.
 * The result does not depend on the order of rows.
 *
 * Throws `DIMENSION_UNKNOWN` if there is no column `typical`.
 */
export function representativeRows(set: ScenarioSet, count: number, typical?: string): Int32Array {
  const dimensions = dimensionsOf(set);
  const byKey = sortRows(
    Int32Array.from({ length: set.size }, (_, row) => row),
    dimensions,
  );
  const candidates = typical === undefined ? byKey : sortByTypicality(byKey, findColumn(set, typical));
  return pickGreedily(candidates, Math.min(count, set.size), makeGain(dimensions)).toSorted();
}

/** The most typical first; rows that are equally typical keep their order. */
function sortByTypicality(rows: Int32Array, { values, codes }: ScenarioColumn): Int32Array {
  const degrees = values.map(typicality);
  const ranks = [...new Set(degrees)].toSorted((a, b) => b - a);
  const rankOf = new Map(ranks.map((degree, rank) => [degree, rank]));
  const rankOfCode = degrees.map((degree) => rankOf.get(degree)!);
  const rankOfRow = new Int32Array(codes.length);
  for (let row = 0; row < codes.length; row++) rankOfRow[row] = rankOfCode[codes[row]!]!;
  return sortRowsByCode(rows, rankOfRow, ranks.length);
}

function typicality(value: Scalar | null): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  return value === null ? -Infinity : Math.min(value.length, 1);
}

/** What a row would add to the rows taken so far: one number, in which any new value outweighs all new pairs. */
interface Gain {
  readonly highest: number;
  of(row: number): number;
  take(row: number): void;
}

function makeGain(dimensions: readonly ScenarioColumn[]): Gain {
  const values = dimensions.map(({ codes, values }) => ({ codes, covered: new Uint8Array(values.length) }));
  const pairs = pairsOf(dimensions).map(([a, b]) => makeValuePairs(a, b));
  const valueWeight = pairs.length + 1;
  return {
    highest: values.length * valueWeight + pairs.length,
    of(row) {
      let gain = 0;
      for (const { codes, covered } of values) if (covered[codes[row]!] === 0) gain += valueWeight;
      for (const pair of pairs) if (!pair.has(row)) gain++;
      return gain;
    },
    take(row) {
      for (const { codes, covered } of values) covered[codes[row]!] = 1;
      for (const pair of pairs) pair.add(row);
    },
  };
}

/**
 * The first candidate with the highest gain, again and again. What a row adds can only fall as others are taken, so
 * rows wait in one queue for each gain that they had when last looked at; the highest queue is worked off, and a row
 * whose gain fell moves down. A million rows are thus looked at a few times in all, not once for each pick.
 */
function pickGreedily(candidates: Int32Array, count: number, gain: Gain): Int32Array {
  const picked = makeIntList();
  const queues: IntList[] = Array.from({ length: gain.highest + 1 }, makeIntList);
  for (let rank = 0; rank < candidates.length; rank++) queues[gain.highest]!.push(rank);
  let missing = count;
  for (let level = gain.highest; level >= 0 && missing > 0; level--) {
    // Nothing is added to a queue once it is the highest, so it is sorted once.
    for (const rank of queues[level]!.finish().sort()) {
      const row = candidates[rank]!;
      const now = gain.of(row);
      if (now < level) {
        queues[now]!.push(rank);
        continue;
      }
      picked.push(row);
      gain.take(row);
      if (--missing === 0) break;
    }
  }
  return picked.finish();
}
