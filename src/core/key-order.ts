import type { ScenarioColumn } from "./scenario-set.ts";

/**
 * Rows sorted by these columns, the first one weighing most, each in its own order; equal rows keep theirs.
 * One stable counting sort per column, from the last to the first.
 */
export function sortRows(rows: Int32Array, columns: readonly ScenarioColumn[]): Int32Array {
  return columns.reduceRight((sorted, { codes, values }) => sortRowsByCode(sorted, codes, values.length), rows);
}

/** Rows sorted by `codes`, which lie in [0, `codeCount`); equal rows keep their order. */
export function sortRowsByCode(rows: Int32Array, codes: ArrayLike<number>, codeCount: number): Int32Array {
  const next = countingStarts(rows, codes, codeCount);
  const sorted = new Int32Array(rows.length);
  for (const row of rows) sorted[next[codes[row]!]!++] = row;
  return sorted;
}

/** Where the rows of each code begin once sorted; one more entry than codes, so that each also has an end. */
export function countingStarts(rows: Int32Array, codes: ArrayLike<number>, codeCount: number): Int32Array {
  const starts = new Int32Array(codeCount + 1);
  for (const row of rows) starts[codes[row]! + 1]!++;
  for (let code = 0; code < codeCount; code++) starts[code + 1]! += starts[code]!;
  return starts;
}
