import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, type Json } from "./json.ts";
import { makeScenarioSet, type ScenarioOptions } from "./make-scenario-set.ts";
import { scenarioAt, toTable, type ScenarioSet } from "./scenario-set.ts";
import type { ScenarioSource } from "./scenario-source.ts";
import { testDimensions, testRows, testSet } from "../../test/helpers/scenario-sets.ts";

function rowsOf(set: ScenarioSet): ReturnType<typeof scenarioAt>[] {
  return Array.from({ length: set.size }, (_, row) => scenarioAt(set, row));
}

function valuesOf(set: ScenarioSet, name: string): ScenarioSet["columns"][number]["values"] {
  return set.columns.find((column) => column.name === name)!.values;
}

const bytesOf = (set: ScenarioSet): string => canonicalJson(toTable(set) as unknown as Json);

describe("a scenario set", () => {
  it("holds the rows it was made of, in their order", () => {
    fc.assert(
      fc.property(testRows, (rows) => {
        expect(rowsOf(testSet(rows))).toEqual(rows);
      }),
    );
  });

  it("is equal to the byte when made of equal rows in another form", () => {
    fc.assert(
      fc.property(testRows, (rows) => {
        const expected = bytesOf(testSet(rows));
        const generated = (function* () {
          for (const { flights, month, late, origin } of rows) yield { origin, late, month, flights };
        })();
        const csv = `origin,late,month,flights\n${rows.map((row) => `${row.origin},${row.late},${row.month},${row.flights ?? ""}\n`).join("")}`;
        expect(bytesOf(makeScenarioSet({ rows: generated, dimensions: testDimensions }))).toBe(expected);
        expect(bytesOf(makeScenarioSet({ json: JSON.stringify(rows), dimensions: testDimensions }))).toBe(expected);
        expect(bytesOf(makeScenarioSet({ csv, dimensions: testDimensions }))).toBe(expected);
      }),
    );
  });

  it("of a product holds every combination, the last list varying fastest", () => {
    const set = makeScenarioSet({
      product: { origin: ["JFK", "EWR"], month: [2, 1] },
      dimensions: ["origin", "month"],
    });
    expect(rowsOf(set)).toEqual([
      { origin: "JFK", month: 2 },
      { origin: "JFK", month: 1 },
      { origin: "EWR", month: 2 },
      { origin: "EWR", month: 1 },
    ]);
  });

  it("puts dimensions first, as declared, and labels behind as they come", () => {
    const set = makeScenarioSet({ csv: "tier,month,weight,origin\na,1,2,JFK\n", dimensions: ["origin", "month"] });
    expect(set.columns.map(({ name, role }) => [name, role])).toEqual([
      ["origin", "dimension"],
      ["month", "dimension"],
      ["tier", "label"],
      ["weight", "label"],
    ]);
  });

  it("keeps only the labels that are asked for", () => {
    const set = makeScenarioSet({
      csv: "origin,tier,note\nJFK,a,long text\n",
      dimensions: ["origin"],
      labels: ["tier"],
    });
    expect(rowsOf(set)).toEqual([{ origin: "JFK", tier: "a" }]);
  });

  it("may have no dimensions and then one row", () => {
    expect(makeScenarioSet({ rows: [{}], dimensions: [] })).toMatchObject({ size: 1, columns: [] });
  });
});

describe("the order of a dimension's values", () => {
  it("is that of code points for texts", () => {
    const rows = ["b", "\uffff", "🛫", "B", "é", "ba", "\ue000", "a"].map((name) => ({ name }));
    expect(valuesOf(makeScenarioSet({ rows, dimensions: ["name"] }), "name")).toEqual([
      "B",
      "a",
      "b",
      "ba",
      "é",
      "\ue000",
      "\uffff",
      "🛫",
    ]);
  });

  it("is numeric for numbers, and false before true", () => {
    const set = makeScenarioSet({ csv: "n,b\n10,true\n-2,false\n9.5,true\n", dimensions: ["n", "b"] });
    expect([valuesOf(set, "n"), valuesOf(set, "b")]).toEqual([
      [-2, 9.5, 10],
      [false, true],
    ]);
  });

  it("is the declared one, without the values that do not occur", () => {
    const set = makeScenarioSet({
      csv: "size\nXL\nS\n",
      dimensions: [{ name: "size", ordered: ["S", "M", "L", "XL"] }],
    });
    expect(set.columns[0]).toMatchObject({ values: ["S", "XL"], ordered: true });
  });
});

describe("a CSV column", () => {
  it.each([
    ["numbers", ["1", "-2.5", "1e+21"], [1, -2.5, 1e21]],
    ["numbers as pandas writes them", ["7689.0", "1e-05", "0.10", "-0"], [7689, 0.00001, 0.1, 0]],
    ["one number for two of its texts", ["1.0", "2", "1", "1e0"], [1, 2]],
    ["text when one is no number for JSON", ["007", "8"], ["007", "8"]],
    ["text when a sign or a point is where JSON has none", ["+1", ".5", "1."], ["+1", ".5", "1."]],
    ["text when a whole number would lose digits", ["12345678901234567890", "1"], ["12345678901234567890", "1"]],
    ["text when a number is too large", ["1e999", "1"], ["1e999", "1"]],
    ["text when numbers are not finite", ["NaN", "Infinity"], ["NaN", "Infinity"]],
    ["booleans", ["true", "false"], [true, false]],
    ["text when only some are booleans", ["true", "1"], ["true", "1"]],
    ["null where empty, which does not keep it from being numbers", ["", "3"], [null, 3]],
    ["null where empty throughout", ["", ""], [null]],
  ])("holds %s", (_, cells, values) => {
    const set = makeScenarioSet({
      csv: `id,cell\n${cells.map((cell, index) => `r${index},${cell}\n`).join("")}`,
      dimensions: ["id"],
    });
    expect(valuesOf(set, "cell")).toEqual(values);
  });

  it("gives each row its own value when two texts are one number", () => {
    const set = makeScenarioSet({ csv: "id,w\na,1.0\nb,2\nc,1\nd,\n", dimensions: ["id"] });
    expect(rowsOf(set).map((row) => row["w"])).toEqual([1, 2, 1, null]);
  });

  it.each([
    ["1", "2", [1, 2]],
    ["01", "2", ["01", "2"]],
    ["1.0", "2", ["1.0", "2"]],
    ["1e3", "2", ["1e3", "2"]],
    ["1", "1.0", ["1", "1.0"]],
  ])("that is a dimension keeps %s and %s as keys can give them back", (one, two, values) => {
    const set = makeScenarioSet({ csv: `id\n${one}\n${two}\n`, dimensions: ["id"] });
    expect(valuesOf(set, "id")).toEqual(values);
    expect(valuesOf(set, "id").map(String)).toEqual([one, two]);
  });

  it("stays text when the declared order lists texts", () => {
    const set = makeScenarioSet({ csv: "level\n2\n1\n", dimensions: [{ name: "level", ordered: ["2", "1"] }] });
    expect(valuesOf(set, "level")).toEqual(["2", "1"]);
  });
});

const longText = "x".repeat(1001);

describe("a scenario set is refused", () => {
  const file = "fleet.csv";
  it.each<[string, ScenarioSource & ScenarioOptions, object]>([
    [
      "for a missing column",
      { csv: "orgin,month\nJFK,1\n", dimensions: ["origin"], file },
      { code: "SCENARIOS_INVALID", place: { file, name: "origin" } },
    ],
    [
      "for a missing label",
      { csv: "origin\nJFK\n", dimensions: ["origin"], labels: ["tier"] },
      { code: "SCENARIOS_INVALID", place: { name: "tier" } },
    ],
    [
      "for a line with too few fields",
      { csv: "origin,month\nJFK,1\n\nEWR\n", dimensions: ["origin"], file },
      { code: "SCENARIOS_INVALID", place: { file, line: 4 } },
    ],
    [
      "for a duplicate key",
      { csv: 'origin,n\n"J\nFK",1\nEWR,1\n"J\nFK",2\n', dimensions: ["origin"], file },
      { code: "SCENARIOS_DUPLICATE", place: { file, line: 5 } },
    ],
    ["for two rows without dimensions", { rows: [{}, {}], dimensions: [] }, { code: "SCENARIOS_DUPLICATE" }],
    [
      "for an empty dimension cell",
      { csv: "origin,month\nJFK,1\n,2\n", dimensions: ["origin"], file },
      { code: "SCENARIOS_INVALID", place: { file, line: 3, name: "origin" } },
    ],
    [
      "for a dimension without value",
      { rows: [{ origin: "JFK" }, { month: 1 }], dimensions: ["origin"] },
      { code: "SCENARIOS_INVALID", place: { name: "origin" } },
    ],
    [
      "for values of two types",
      { rows: [{ id: 1 }, { id: "1" }], dimensions: ["id"] },
      { code: "SCENARIOS_INVALID", place: { name: "id" } },
    ],
    [
      "for a value that the declared order lacks",
      { csv: "s\nS\nXXL\n", dimensions: [{ name: "s", ordered: ["S", "XL"] }], file },
      { code: "SCENARIOS_INVALID", place: { file, line: 3, name: "s" } },
    ],
    [
      "for an order with a value twice",
      { csv: "s\nS\n", dimensions: [{ name: "s", ordered: ["S", "S"] }] },
      { code: "SCENARIOS_INVALID" },
    ],
    [
      "for a dimension declared twice",
      { csv: "s\nS\n", dimensions: ["s", { name: "s" }] },
      { code: "SCENARIOS_INVALID" },
    ],
    [
      "for a key part of over 1,000 characters",
      { csv: `s\nS\n${longText}\n`, dimensions: ["s"], file },
      { code: "SCENARIOS_INVALID", place: { file, line: 3, name: "s" } },
    ],
    ["for a NUL character", { rows: [{ s: "a\0b" }], dimensions: ["s"] }, { code: "SCENARIOS_INVALID" }],
    [
      "for a NUL character in a label",
      { rows: [{ s: 1, t: "a\0b" }], dimensions: ["s"] },
      { code: "SCENARIOS_INVALID" },
    ],
    ["for half a surrogate pair", { rows: [{ s: "a\ud800" }], dimensions: ["s"] }, { code: "SCENARIOS_INVALID" }],
    [
      "for a number that is not finite",
      { rows: [{ s: 1, t: Number.NaN }], dimensions: ["s"] },
      { code: "SCENARIOS_INVALID", place: { name: "t" } },
    ],
    [
      "for a value that is an object",
      { json: '[{"s": 1, "t": {}}]', dimensions: ["s"] },
      { code: "SCENARIOS_INVALID", place: { name: "t" } },
    ],
    [
      "for two columns of one name",
      { csv: "s,s\n1,2\n", dimensions: ["s"], file },
      { code: "SCENARIOS_INVALID", place: { file, line: 1, name: "s" } },
    ],
    [
      "for a column without a name",
      { csv: "s,\n1,2\n", dimensions: ["s"], file },
      { code: "SCENARIOS_INVALID", place: { file, line: 1 } },
    ],
    [
      "for broken JSON",
      { json: "[{", dimensions: ["s"], file: "fleet.json" },
      { code: "SCENARIOS_INVALID", place: { file: "fleet.json" } },
    ],
    ["for JSON that is no array", { json: '{"s": 1}', dimensions: ["s"] }, { code: "SCENARIOS_INVALID" }],
    ["for a row that is no object", { json: "[1]", dimensions: ["s"] }, { code: "SCENARIOS_INVALID" }],
    ["without rows", { rows: [], dimensions: ["s"] }, { code: "SCENARIOS_EMPTY" }],
    [
      "with nothing but a header",
      { csv: "s\n", dimensions: ["s"], file },
      { code: "SCENARIOS_EMPTY", place: { file } },
    ],
    ["with nothing at all", { csv: "", dimensions: ["s"], file }, { code: "SCENARIOS_EMPTY", place: { file } }],
    [
      "for an empty list of a product",
      { product: { a: [1], b: [] }, dimensions: ["a", "b"] },
      { code: "SCENARIOS_EMPTY" },
    ],
  ])("%s", (_, options, expected) => {
    expect(() => makeScenarioSet(options)).toThrow(expect.objectContaining(expected));
  });

  it("with a message that names both lines and the key", () => {
    const make = (): unknown => makeScenarioSet({ csv: "origin\nJFK\nEWR\nJFK\n", dimensions: ["origin"], file });
    expect(make).toThrow("line 4 of fleet.csv: the same key as in line 2: origin=JFK");
  });

  it("with a message that suggests the column that was meant", () => {
    expect(() => makeScenarioSet({ csv: "orgin\nJFK\n", dimensions: ["origin"] })).toThrow('Did you mean "orgin"?');
  });
});

it("a key part of 1,000 characters is taken", () => {
  expect(makeScenarioSet({ rows: [{ s: "x".repeat(1000) }], dimensions: ["s"] }).size).toBe(1);
});
