import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromTable, selectRows, toTable } from "./scenario-set.ts";
import { testRows, testSet } from "../../test/helpers/scenario-sets.ts";

const rowsAndChoice = testRows.chain((rows) =>
  fc.tuple(
    fc.constant(rows),
    fc.subarray(
      rows.map((_, row) => row),
      { minLength: 1 },
    ),
  ),
);

describe("selected rows", () => {
  it("make the same set as if there had never been others", () => {
    fc.assert(
      fc.property(rowsAndChoice, ([rows, chosen]) => {
        const selected = selectRows(testSet(rows), chosen);
        expect(toTable(selected)).toEqual(toTable(testSet(chosen.map((row) => rows[row]!))));
      }),
    );
  });
});

describe("a table", () => {
  it("and a set turn into each other, through JSON too", () => {
    fc.assert(
      fc.property(testRows, (rows) => {
        const table = toTable(testSet(rows));
        expect(toTable(fromTable(JSON.parse(JSON.stringify(table)) as typeof table))).toEqual(table);
      }),
    );
  });
});
