import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeScenarioSet } from "./make-scenario-set.ts";
import { testRows, testSet, type TestRow } from "../../test/helpers/scenario-sets.ts";
import { matchRows, parseWhere } from "./where.ts";

const set = makeScenarioSet({
  csv: "origin,month,size,late,flights,note\nJFK,1,S,true,300,a..b\nEWR,2,M,false,20,\nLGA,11,XL,false,,x\nJFK,12,L,false,5,a..b\n",
  dimensions: ["origin", "month", { name: "size", ordered: ["S", "M", "L", "XL"] }, "late"],
});

function matching(...conditions: string[]): number[] {
  return [...matchRows(set, conditions.map(parseWhere))];
}

describe("a filter", () => {
  it.each<[string, number[]]>([
    ["origin=JFK", [0, 3]],
    ["origin=EWR,LGA", [1, 2]],
    ["origin!=JFK", [1, 2]],
    ["origin!=JFK,LGA", [1]],
    ["month=1..11", [0, 1, 2]],
    ["month=..2", [0, 1]],
    ["month=3..", [2, 3]],
    ["month=1,11..12", [0, 2, 3]],
    ["month!=2..11", [0, 3]],
    ["month<11", [0, 1]],
    ["month<=11", [0, 1, 2]],
    ["month>2", [2, 3]],
    ["month>=02", [1, 2, 3]],
    ["size>=L", [2, 3]],
    ["size=M..L", [1, 3]],
    ["late=true", [0]],
    ["late!=true", [1, 2, 3]],
    ["flights>=20", [0, 1]],
    ["flights<10", [3]],
    ["flights!=5", [0, 1, 2]],
    ["flights=7", []],
    ["note=a..b", [0, 3]],
    ["origin=%4AFK", [0, 3]],
  ])("%s", (text, rows) => {
    expect(matching(text)).toEqual(rows);
  });

  it("with several conditions asks for all of them", () => {
    expect(matching("origin=JFK", "month>1")).toEqual([3]);
  });

  it("finds what the obvious way finds", () => {
    const operators: Record<string, (a: number, b: number) => boolean> = {
      "=": (a, b) => a === b,
      "!=": (a, b) => a !== b,
      "<": (a, b) => a < b,
      "<=": (a, b) => a <= b,
      ">": (a, b) => a > b,
      ">=": (a, b) => a >= b,
    };
    fc.assert(
      fc.property(testRows, fc.constantFrom(...Object.keys(operators)), fc.nat(), (rows, operator, pick) => {
        const { origin, month } = rows[pick % rows.length]!;
        const meets = (row: TestRow): boolean => operators[operator]!(row.month, month) && row.origin !== origin;
        const expected = rows.flatMap((row, index) => (meets(row) ? [index] : []));
        expect([
          ...matchRows(testSet(rows), [parseWhere(`month${operator}${month}`), parseWhere(`origin!=${origin}`)]),
        ]).toEqual(expected);
      }),
    );
  });

  it.each(["", "origin", "=JFK", "origin=", "origin=JFK,", "origin=JFK,,EWR", "origin~JFK", "origin=%", "month<"])(
    "%j cannot be read",
    (text) => {
      expect(() => parseWhere(text)).toThrow(expect.objectContaining({ code: "KEY_INVALID" }));
    },
  );

  it.each([
    ["a value that no scenario has", "origin=JKF", 'Did you mean "JFK"?'],
    ["a number that no scenario has", "month=3", "no scenario has the month 3"],
    ["a value of the wrong type", "month=july", "cannot be a value"],
    ["a comparison without an order", "origin<JFK", "neither numbers nor ordered"],
    ["a comparison with a value that is not there", "size>XXL", 'Did you mean "XL"?'],
  ])("refuses %s", (_, text, message) => {
    expect(() => matching(text)).toThrow(
      expect.objectContaining({ code: "KEY_INVALID", message: expect.stringContaining(message) as string }),
    );
  });

  it("refuses a column that is not there, naming the closest", () => {
    expect(() => matching("orgin=JFK")).toThrow(
      expect.objectContaining({ code: "DIMENSION_UNKNOWN", message: expect.stringContaining('"origin"') as string }),
    );
  });
});
