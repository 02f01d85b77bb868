import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coverageOf, describeCoverage } from "./coverage.ts";
import { makeScenarioSet } from "./make-scenario-set.ts";
import { testRows, testSet, type TestRow } from "../../test/helpers/scenario-sets.ts";

const names = ["origin", "late", "month"] as const;
const distinct = (rows: readonly TestRow[], ...by: (typeof names)[number][]): number =>
  new Set(rows.map((row) => JSON.stringify(by.map((name) => row[name])))).size;
const distinctPairs = (rows: readonly TestRow[]): number =>
  distinct(rows, "origin", "late") + distinct(rows, "origin", "month") + distinct(rows, "late", "month");

describe("coverage", () => {
  it("counts values and pairs as the obvious way does", () => {
    const rowsAndChoice = testRows.chain((rows) => fc.tuple(fc.constant(rows), fc.subarray(rows.map((_, row) => row))));
    fc.assert(
      fc.property(rowsAndChoice, ([rows, chosen]) => {
        const some = chosen.map((row) => rows[row]!);
        expect(coverageOf(testSet(rows), chosen)).toEqual({
          scenarios: chosen.length,
          of: rows.length,
          coverage: names.map((dimension) => ({
            dimension,
            covered: distinct(some, dimension),
            of: distinct(rows, dimension),
          })),
          pairs: { covered: distinctPairs(some), of: distinctPairs(rows) },
        });
      }),
    );
  });

  it("counts pairs of two dimensions with very many values", () => {
    const rows = Array.from({ length: 5000 }, (_, index) => ({ a: index, b: (index * 7) % 5000 }));
    const twice = [...rows.map((row) => ({ ...row, c: 1 })), ...rows.map((row) => ({ ...row, c: 2 }))];
    const set = makeScenarioSet({ rows: twice, dimensions: ["a", "b", "c"] });
    // Of a and b: 1 of 5,000, for it is the same pair twice; of a and c, and of b and c: 2 of 10,000.
    expect(coverageOf(set, [0, 5000]).pairs).toEqual({ covered: 1 + 2 + 2, of: 5000 + 10_000 + 10_000 });
  });

  it("is told in words", () => {
    const coverage = [
      { dimension: "origin", covered: 3, of: 3 },
      { dimension: "carrier", covered: 5, of: 16 },
      { dimension: "country", covered: 1, of: 2 },
      { dimension: "series", covered: 1, of: 1 },
    ];
    expect(describeCoverage({ scenarios: 5, of: 399, coverage, pairs: { covered: 71, of: 243 } })).toBe(
      "5 of 399 scenarios: all 3 origins, 5 of 16 carriers, 1 of 2 countries, 1 series, 71 of 243 pairs",
    );
    expect(
      describeCoverage({ scenarios: 4, of: 4, coverage: coverage.slice(0, 1), pairs: { covered: 0, of: 0 } }),
    ).toBe("all 4 scenarios: all 3 origins");
    expect(describeCoverage({ scenarios: 1, of: 1, coverage: [], pairs: { covered: 0, of: 0 } })).toBe("1 scenario");
  });
});
