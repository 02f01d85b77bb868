import fc from "fast-check";
import { makeScenarioSet } from "../../src/core/make-scenario-set.ts";
import type { ScenarioSet } from "../../src/core/scenario-set.ts";

/** A row of a small set of three dimensions of different types, and a label. */
export interface TestRow {
  readonly origin: string;
  readonly late: boolean;
  readonly month: number;
  readonly flights: number | null;
}

/** Small sparse sets as plain rows with distinct keys, in any order. */
export const testRows: fc.Arbitrary<TestRow[]> = fc.uniqueArray(
  fc.record({
    origin: fc.constantFrom("EWR", "JFK", "LGA", "ÅLB", "🛫"),
    late: fc.boolean(),
    month: fc.integer({ min: 1, max: 6 }),
    flights: fc.option(fc.integer({ min: -2, max: 3 })),
  }),
  { minLength: 1, maxLength: 40, selector: ({ origin, late, month }) => `${origin}/${late}/${month}` },
);

export const testDimensions = ["origin", "late", { name: "month", ordered: true }] as const;

export function testSet(rows: readonly TestRow[]): ScenarioSet {
  return makeScenarioSet({ rows: rows.map((row) => ({ ...row })), dimensions: testDimensions });
}

/** Key order of the three dimensions above, the slow and obvious way. */
export function compareTestKeys(a: TestRow, b: TestRow): number {
  return a.origin.codePointAt(0)! - b.origin.codePointAt(0)! || Number(a.late) - Number(b.late) || a.month - b.month;
}
