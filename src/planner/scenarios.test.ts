import { describe, expect, it } from "vitest";
import { testProject, type TestProject } from "./test-project.ts";

const over = (scenarios: string, files: Readonly<Record<string, string>> = {}, options = ""): TestProject =>
  testProject(
    `import { all, first, named, noop, ordered, pipeline, representative, scenarios, where } from "flotilla";
export default pipeline("test", { scenarios: ${scenarios}, ${options} }, ({ step }) => { step("only", { run: noop() }); });
`,
    files,
  );
const csv = (text: string): TestProject =>
  over(`scenarios.fromCsv("./data/fleet.csv", { dimensions: ["origin", ordered("month")] })`, {
    "data/fleet.csv": text,
  });

const fleet = "origin,month,flights\nJFK,1,842\nJFK,2,900\nEWR,1,10\nLGA,2,300\n";

describe("scenarios", () => {
  it("come from CSV, by a path relative to the pipeline file, a byte order mark and all", async () => {
    const { plan } = await csv(`\ufeff${fleet}`).plan();
    expect(plan.scenarios).toEqual({
      size: 4,
      columns: [
        { name: "origin", role: "dimension", values: ["EWR", "JFK", "LGA"], codes: [1, 1, 0, 2] },
        { name: "month", role: "dimension", ordered: true, values: [1, 2], codes: [0, 1, 0, 1] },
        { name: "flights", role: "label", values: [842, 900, 10, 300], codes: [0, 1, 2, 3] },
      ],
    });
  });

  it("come from JSON", async () => {
    const { plan } = await over(`scenarios.fromJson("fleet.json", { dimensions: ["a"] })`, {
      "fleet.json": `[{"a":"x","n":1},{"a":"y"}]`,
    }).plan();
    expect(plan.scenarios.columns.map(({ name, values }) => ({ name, values }))).toEqual([
      { name: "a", values: ["x", "y"] },
      { name: "n", values: [1, null] },
    ]);
  });

  it("come from rows computed in the pipeline file", async () => {
    const { plan } = await over(
      `scenarios.rows(Array.from({ length: 5 }, (_, i) => ({ i, odd: i % 2 === 1 })), { dimensions: ["i"] })`,
    ).plan();
    expect(plan.scenarios.size).toBe(5);
  });

  it.each([
    ["no rows", "origin,month,flights\n", "SCENARIOS_EMPTY", "data/fleet.csv", undefined],
    ["no text at all", "", "SCENARIOS_", "data/fleet.csv", undefined],
    ["a missing column", "origin,flights\nJFK,1\n", "SCENARIOS_INVALID", '"month"', undefined],
    ["a duplicate key", `${fleet}JFK,1,5\n`, "SCENARIOS_DUPLICATE", "origin=JFK,month=1", 6],
    ["a broken line", `${fleet}JFK\n`, "SCENARIOS_INVALID", "line 6", 6],
    ["a quote that never closes", `${fleet}"JFK,1,5\n`, "SCENARIOS_INVALID", "line 6", 6],
    ["a key of 10 kB", `${fleet}${"x".repeat(10_000)},1,5\n`, "SCENARIOS_INVALID", "1000 are allowed", 6],
    ["a dimension without a value", `${fleet},1,5\n`, "SCENARIOS_INVALID", "has no value", 6],
  ])("with %s are refused, with the place", async (_, text, code, says, line) => {
    const error = await csv(text).refused();
    expect(error.code).toContain(code);
    expect(error.message).toContain(says);
    expect(error.place).toMatchObject({
      file: expect.stringContaining("fleet.csv"),
      ...(line === undefined ? {} : { line }),
    });
  });

  it("from a file that is not UTF-8 are refused", async () => {
    const project = over(`scenarios.fromCsv("latin.csv", { dimensions: ["a"] })`);
    const { writeFileSync } = await import("node:fs");
    writeFileSync(`${project.folder}/latin.csv`, Buffer.from("a\nM\xfcnchen\n", "latin1"));
    expect(await project.refused()).toMatchObject({
      code: "SCENARIOS_INVALID",
      message: expect.stringContaining("UTF-8"),
    });
  });

  it("from a file that is not there are refused", async () => {
    expect(await over(`scenarios.fromCsv("./flet.csv", { dimensions: ["a"] })`).refused()).toMatchObject({
      code: "SCENARIOS_INVALID",
      message: expect.stringContaining("./flet.csv"),
    });
  });

  it("keep any text in their keys", async () => {
    const strange = ["a/b", "c=d", `e"f`, "g'h", "i\nj", "k,l", "🦊"];
    const { plan } = await over(`scenarios.product({ a: ${JSON.stringify(strange)} })`).plan();
    expect(new Set(plan.scenarios.columns[0]!.values)).toEqual(new Set(strange));
  });

  it("are one without dimensions when a pipeline has none", async () => {
    const { plan } = await testProject(
      `import { noop, pipeline } from "flotilla";\nexport default pipeline("t", {}, ({ step }) => { step("only", { run: noop() }); });\n`,
    ).plan();
    expect(plan.scenarios).toEqual({ size: 1, columns: [] });
  });
});

describe("selections", () => {
  const selections = `defaultSelection: "ci", selections: { ci: first(1), big: where("flights>=300"), odd: where((s) => s.flights === 10), jfk: named({ origin: "JFK", month: 2 }), pr: representative(2, { typical: "flights" }) }`;
  const project = (options = selections): TestProject =>
    over(`scenarios.fromCsv("fleet.csv", { dimensions: ["origin", "month"] })`, { "fleet.csv": fleet }, options);
  const flights = async (options: Parameters<TestProject["plan"]>[0]): Promise<readonly unknown[]> => {
    const { columns } = (await project().plan(options)).plan.scenarios;
    const { codes, values } = columns.find(({ name }) => name === "flights")!;
    return codes.map((code) => values[code]);
  };

  it("choose scenarios by name", async () => {
    expect(await flights({ select: "ci" })).toEqual([842]);
    expect(await flights({ select: "big" })).toEqual([842, 900, 300]);
    expect(await flights({ select: "odd" })).toEqual([10]);
    expect(await flights({ select: "jfk" })).toEqual([900]);
    expect(await flights({ select: "all" })).toEqual([842, 900, 10, 300]);
  });

  it("fall back to the pipeline's default, and to all", async () => {
    expect((await project().plan()).plan.selection.name).toBe("ci");
    expect((await project("").plan()).plan.selection).toMatchObject({ name: "all", scenarios: 4, of: 4 });
  });

  it("are all named in the answer", async () => {
    expect((await project().plan()).selections.toSorted()).toEqual(["all", "big", "ci", "jfk", "odd", "pr"]);
  });

  it("state their coverage", async () => {
    const { selection } = (await project().plan({ select: "pr" })).plan;
    expect(selection).toMatchObject({
      name: "pr",
      scenarios: 2,
      of: 4,
      coverage: [
        { dimension: "origin", covered: 2, of: 3 },
        { dimension: "month", covered: 2, of: 2 },
      ],
    });
  });

  it("are narrowed by conditions and by keys", async () => {
    expect(await flights({ select: "all", where: ["origin=JFK", "month=2"] })).toEqual([900]);
    expect(await flights({ select: "all", scenarios: ["origin=JFK,month=1", "month=2,origin=LGA"] })).toEqual([
      842, 300,
    ]);
    expect(
      await flights({ select: "all", scenarios: ["origin=JFK"] }),
      "a key of some dimensions means all its scenarios",
    ).toEqual([842, 900]);
    const { plan } = await project().plan({ select: "all", where: ["origin=JFK"], scenarios: ["month=1"] });
    expect(plan.selection.narrowed).toHaveLength(2);
    expect(plan.selection.scenarios).toBe(1);
  });

  it.each([
    [{ select: "rleease" }, "SELECTION_UNKNOWN", "ci, big"],
    [{ select: "toString" }, "SELECTION_UNKNOWN", "ci, big"],
    [{ where: ["orign=JFK"] }, "DIMENSION_UNKNOWN", 'Did you mean "origin"?'],
    [{ where: ["origin"] }, "KEY_INVALID", "origin=JFK"],
    [{ where: ["origin=JFX"] }, "KEY_INVALID", 'Did you mean "JFK"?'],
    [{ select: "all", where: ["flights>5000"] }, "SCENARIOS_EMPTY", "loosen"],
    [{ scenarios: ["orign=JFK"] }, "DIMENSION_UNKNOWN", "origin"],
    [{ select: "all", scenarios: ["origin=EWR,month=2"] }, "KEY_INVALID", "not together"],
    [{ scenarios: ["JFK"] }, "KEY_INVALID", "dimension=value"],
  ])("and what narrows them are refused when they cannot be: %o", async (options, code, says) => {
    const error = await project().refused(options);
    expect(error.code).toBe(code);
    expect(`${error.message} ${error.mend}`).toContain(says);
  });

  it("that a pipeline declares as its default must be there", async () => {
    expect(await project(`defaultSelection: "pr"`).refused()).toMatchObject({
      code: "SELECTION_UNKNOWN",
      place: { name: "pr" },
    });
  });
});
