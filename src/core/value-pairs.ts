import type { ScenarioColumn } from "./scenario-set.ts";

/** A set of pairs of values of two dimensions. */
export interface ValuePairs {
  /** Adds the pair that a row holds; true if it was not there before. */
  add(row: number): boolean;
  has(row: number): boolean;
}

/** One byte a pair up to this many; beyond it most cannot occur, and a hash set is smaller. */
const maxTableSize = 2 ** 24;

export function makeValuePairs(a: ScenarioColumn, b: ScenarioColumn): ValuePairs {
  const width = b.values.length;
  const size = a.values.length * width;
  const pairAt = (row: number): number => a.codes[row]! * width + b.codes[row]!;
  return size <= maxTableSize ? pairTable(new Uint8Array(size), pairAt) : pairSet(new Set(), pairAt);
}

function pairTable(known: Uint8Array, pairAt: (row: number) => number): ValuePairs {
  return {
    add(row) {
      const pair = pairAt(row);
      const isNew = known[pair] === 0;
      known[pair] = 1;
      return isNew;
    },
    has: (row) => known[pairAt(row)] === 1,
  };
}

function pairSet(known: Set<number>, pairAt: (row: number) => number): ValuePairs {
  return {
    add(row) {
      const sizeBefore = known.size;
      return known.add(pairAt(row)).size > sizeBefore;
    },
    has: (row) => known.has(pairAt(row)),
  };
}

/** All pairs of different items: the dimensions whose values occur together. */
export function pairsOf<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((a, index) => items.slice(index + 1).map((b): [T, T] => [a, b]));
}
