import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeScenarioSet } from "./make-scenario-set.ts";
import { representativeRows } from "./representative.ts";
import { compareTestKeys, testRows, testSet, type TestRow } from "../../test/helpers/scenario-sets.ts";

const valuesOf = (row: TestRow): string[] => [`o${row.origin}`, `l${row.late}`, `m${row.month}`];
const pairsOf = (row: TestRow): string[] => {
  const [origin, late, month] = valuesOf(row);
  return [`${origin} ${late}`, `${origin} ${month}`, `${late} ${month}`];
};

/** The reference: looks at every row for every pick. */
function greedy(rows: readonly TestRow[], count: number, typical: boolean): TestRow[] {
  const picked: TestRow[] = [];
  const newOnes = (row: TestRow, parts: (row: TestRow) => string[]): number =>
    parts(row).filter((part) => !picked.flatMap(parts).includes(part)).length;
  const degree = (row: TestRow): number => (typical ? (row.flights ?? -1000) : 0);
  while (picked.length < Math.min(count, rows.length)) {
    const left = rows.filter((row) => !picked.includes(row));
    left.sort(
      (a, b) =>
        newOnes(b, valuesOf) - newOnes(a, valuesOf) ||
        newOnes(b, pairsOf) - newOnes(a, pairsOf) ||
        degree(b) - degree(a) ||
        compareTestKeys(a, b),
    );
    picked.push(left[0]!);
  }
  return picked;
}

describe("representative rows", () => {
  it("are those that a plain greedy search takes", () => {
    fc.assert(
      fc.property(testRows, fc.integer({ min: 0, max: 45 }), fc.boolean(), (rows, count, typical) => {
        const found = representativeRows(testSet(rows), count, typical ? "flights" : undefined);
        const expected = greedy(rows, count, typical).map((row) => rows.indexOf(row));
        expect([...found]).toEqual(expected.toSorted((a, b) => a - b));
      }),
      { numRuns: 300 },
    );
  });

  it("do not depend on the order of the source", () => {
    const shuffled = testRows.chain((rows) =>
      fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
    );
    fc.assert(
      fc.property(shuffled, fc.integer({ min: 1, max: 10 }), ([rows, others], count) => {
        const first = [...representativeRows(testSet(rows), count, "flights")].map((row) => rows[row]!);
        const second = [...representativeRows(testSet(others), count, "flights")].map((row) => others[row]!);
        expect(second.toSorted(compareTestKeys)).toEqual(first.toSorted(compareTestKeys));
      }),
    );
  });

  it.each<[string, (string | number | boolean | null)[], number]>([
    ["the highest number", [3, 40, null, 5], 1],
    ["true", [false, null, true, false], 2],
    ["some text", [null, "", null, "typical"], 3],
  ])("prefer %s of the label", (_, labels, expected) => {
    const set = makeScenarioSet({ rows: labels.map((label, id) => ({ id, label })), dimensions: ["id"] });
    expect([...representativeRows(set, 1, "label")]).toEqual([expected]);
  });

  it("are all rows when there are no more", () => {
    const set = makeScenarioSet({ product: { a: [1, 2], b: [1, 2] }, dimensions: ["a", "b"] });
    expect([...representativeRows(set, 9)]).toEqual([0, 1, 2, 3]);
  });

  it("cannot be chosen by a label that is not there", () => {
    const set = makeScenarioSet({ rows: [{ id: 1, tier: 1 }], dimensions: ["id"] });
    expect(() => representativeRows(set, 1, "teir")).toThrow(
      expect.objectContaining({ code: "DIMENSION_UNKNOWN", message: expect.stringContaining('"tier"') as string }),
    );
  });
});
