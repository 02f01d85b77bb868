import { describe, expect, it } from "vitest";
import { makeScenarioSet } from "./make-scenario-set.ts";
import { parseKey } from "./key.ts";
import { selectScenarios, type Selection } from "./selection.ts";
import { parseWhere } from "./where.ts";

const set = makeScenarioSet({
  csv: "origin,month,flights\nJFK,1,300\nEWR,2,20\nLGA,1,5\nJFK,2,70\nEWR,1,9\n",
  dimensions: ["origin", "month"],
});

const where = (text: string): Selection => ({ type: "where", conditions: [parseWhere(text)] });
const rowsNamed = (...keys: string[]): Selection => ({ type: "rows", keys: keys.map(parseKey) });

describe("a selection", () => {
  it.each<[string, Selection, number[]]>([
    ["of all", { type: "all" }, [0, 1, 2, 3, 4]],
    ["of the first", { type: "first", count: 2 }, [0, 1]],
    ["of more than there are", { type: "first", count: 9 }, [0, 1, 2, 3, 4]],
    ["by conditions", where("month=1"), [0, 2, 4]],
    [
      "by a function of dimensions and labels",
      { type: "matching", matches: ({ origin, flights }) => origin !== "EWR" && Number(flights) > 50 },
      [0, 3],
    ],
    [
      "of named rows, in source order",
      rowsNamed("origin=EWR,month=1", "month=1,origin=JFK", "month=1,origin=JFK"),
      [0, 4],
    ],
    ["of rows named by values", { type: "rows", keys: [{ origin: "LGA", month: 1 }] }, [2]],
    ["of representative rows", { type: "representative", count: 3, typical: "flights" }, [0, 1, 2]],
  ])("%s", (_, selection, rows) => {
    expect([...selectScenarios(set, selection)]).toEqual(rows);
  });

  it("is narrowed by others, each over the whole set", () => {
    expect([
      ...selectScenarios(set, { type: "representative", count: 3, typical: "flights" }, where("month=1")),
    ]).toEqual([0, 2]);
    expect([...selectScenarios(set, where("month=1"), rowsNamed("origin=EWR,month=1", "origin=EWR,month=2"))]).toEqual([
      4,
    ]);
  });

  it.each<[string, Selection[], string, string]>([
    [
      "nothing in common",
      [{ type: "first", count: 1 }, where("month=2")],
      "SCENARIOS_EMPTY",
      "no scenario is left of 5",
    ],
    ["no row at all", [{ type: "first", count: 0 }], "SCENARIOS_EMPTY", "no scenario is left"],
    ["no match", [{ type: "matching", matches: () => false }], "SCENARIOS_EMPTY", "no scenario is left"],
    [
      "a row that is not there",
      [rowsNamed("origin=LGA,month=2")],
      "KEY_INVALID",
      "there is no scenario origin=LGA,month=2",
    ],
    ["a value that is not there", [rowsNamed("origin=LAG,month=1")], "KEY_INVALID", 'Did you mean "LGA"?'],
    ["a key with too little", [rowsNamed("origin=LGA")], "KEY_INVALID", "month missing"],
    ["a key with a label", [rowsNamed("origin=LGA,month=1,flights=5")], "DIMENSION_UNKNOWN", "flights"],
  ])("is refused with %s", (_, selections, code, message) => {
    expect(() => selectScenarios(set, ...selections)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }),
    );
  });
});
