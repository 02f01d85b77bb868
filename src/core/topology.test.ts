import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FlotillaError } from "./errors.ts";
import type { After, Input, PlanStep, ScenarioTable } from "./plan.ts";
import { makeTopology, type Edge, type StepShape, type Topology } from "./topology.ts";

type Row = Record<string, number>;

const names = ["origin", "carrier", "month"] as const;

/** A small sparse set of distinct rows in any order; values are numbers, so key order is numeric order. */
const sparseRows: fc.Arbitrary<Row[]> = fc.uniqueArray(
  fc.record({
    origin: fc.integer({ min: 0, max: 3 }),
    carrier: fc.integer({ min: 0, max: 4 }),
    month: fc.integer({ min: 1, max: 5 }),
  }),
  { minLength: 1, maxLength: 40, selector: (row) => JSON.stringify(row) },
);
const anyBy = fc.subarray([...names]);

function tableOf(rows: readonly Row[]): ScenarioTable {
  return {
    size: rows.length,
    columns: names.map((name) => {
      const values = [...new Set(rows.map((row) => row[name]!))].toSorted((a, b) => a - b);
      return {
        name,
        role: "dimension" as const,
        ordered: name === "month",
        values,
        codes: rows.map((row) => values.indexOf(row[name]!)),
      };
    }),
  };
}

function aStep(
  name: string,
  by: readonly string[],
  more: { inputs?: Record<string, Input>; after?: After[] } = {},
): PlanStep {
  return {
    name,
    by,
    work: { type: "noop" },
    inputs: more.inputs ?? {},
    outputs: {},
    after: more.after ?? [],
    on: "local",
    resources: { all: { cpu: 1 } },
    pools: {},
    priority: { all: 0 },
    retry: { rules: {} },
  };
}

function reads(step: string, more: { collect?: { atLeast: number }; previous?: string } = {}): Input {
  return { type: "output", step, output: "x", ...more };
}

const keyText = (row: Row, by: readonly string[]): string => JSON.stringify(by.map((name) => row[name]));

/** The reference: tasks as texts of keys, in order of their first row. */
function tasksOf(rows: readonly Row[], by: readonly string[]): string[] {
  return [...new Set(rows.map((row) => keyText(row, by)))];
}

function compareKeys(a: string, b: string): number {
  const [left, right] = [JSON.parse(a) as number[], JSON.parse(b) as number[]];
  const at = left.findIndex((value, i) => value !== right[i]);
  return at === -1 ? 0 : left[at]! - right[at]!;
}

/** The reference: all pairs [from, to] of an edge, as texts of keys. */
function naturalPairs(rows: readonly Row[], from: readonly string[], to: readonly string[]): Set<string> {
  return new Set(rows.map((row) => JSON.stringify([keyText(row, from), keyText(row, to)])));
}

function previousPairs(rows: readonly Row[], from: readonly string[], to: readonly string[]): Set<string> {
  const others = to.filter((name) => from.includes(name) && name !== "month");
  const alike = (a: Row, b: Row): boolean => others.every((name) => a[name] === b[name]);
  const pairs = new Set<string>();
  for (const reader of rows) {
    const earlier = rows
      .filter((row) => alike(row, reader) && row["month"]! < reader["month"]!)
      .map((row) => row["month"]!);
    const before = Math.max(...earlier);
    for (const writer of rows.filter((row) => alike(row, reader) && row["month"] === before)) {
      pairs.add(JSON.stringify([keyText(writer, from), keyText(reader, to)]));
    }
  }
  return pairs;
}

const textOfTask = (step: StepShape, task: number): string => JSON.stringify(Object.values(step.keyOf(task)));

/** Everything that an edge says, compared with the pairs it should have. */
function expectEdge(topology: Topology, edge: Edge, expected: Set<string>): void {
  const [from, to] = [topology.steps[edge.from]!, topology.steps[edge.to]!];
  const pairs = [...expected].map((pair) => JSON.parse(pair) as [string, string]);
  expect(edge.pairs).toBe(pairs.length);
  for (let b = 0; b < to.size; b++) {
    const upstream: string[] = [];
    edge.eachUpstream(b, (a) => upstream.push(textOfTask(from, a)));
    expect(upstream).toEqual(
      pairs
        .filter((pair) => pair[1] === textOfTask(to, b))
        .map((pair) => pair[0])
        .toSorted(compareKeys),
    );
    expect(edge.countUpstream(b)).toBe(upstream.length);
  }
  for (let a = 0; a < from.size; a++) {
    const downstream: string[] = [];
    edge.eachDownstream(a, (b) => downstream.push(textOfTask(to, b)));
    expect(downstream).toEqual(
      pairs
        .filter((pair) => pair[0] === textOfTask(from, a))
        .map((pair) => pair[1])
        .toSorted(compareKeys),
    );
  }
}

const flights: Row[] = [
  { origin: 1, carrier: 1, month: 1 },
  { origin: 1, carrier: 1, month: 3 },
  { origin: 1, carrier: 2, month: 1 },
  { origin: 2, carrier: 2, month: 2 },
];

describe("tasks of a step", () => {
  it("are the distinct projections, in order of their first row", () => {
    fc.assert(
      fc.property(sparseRows, anyBy, (rows, by) => {
        const step = makeTopology({ scenarios: tableOf(rows), steps: [aStep("train", by)] }).steps[0]!;
        const expected = tasksOf(rows, by);
        expect(Array.from({ length: step.size }, (_, task) => textOfTask(step, task))).toEqual(expected);
        expect([...step.firstRow]).toEqual(expected.map((key) => rows.findIndex((row) => keyText(row, by) === key)));
      }),
    );
  });

  it("are found by their key again, whatever other dimensions it names", () => {
    fc.assert(
      fc.property(sparseRows, anyBy, (rows, by) => {
        const step = makeTopology({ scenarios: tableOf(rows), steps: [aStep("train", by)] }).steps[0]!;
        for (let task = 0; task < step.size; task++)
          expect(step.taskAt({ ...step.keyOf(task), region: "EU" })).toBe(task);
        for (const [origin, carrier, month] of [
          [0, 0, 1],
          [3, 4, 5],
          [9, 9, 9],
        ] as const) {
          const index = tasksOf(rows, by).indexOf(keyText({ origin, carrier, month }, by));
          expect(step.taskAt({ origin, carrier, month })).toBe(index === -1 ? undefined : index);
        }
      }),
    );
  });

  it("are not found by a key that lacks a dimension or has a value of another type", () => {
    const step = makeTopology({ scenarios: tableOf(flights), steps: [aStep("train", ["origin", "month"])] }).steps[0]!;
    expect(step.taskAt({ origin: 1, month: 3 })).toBe(1);
    expect(step.taskAt({ origin: 1 })).toBeUndefined();
    expect(step.taskAt({ origin: 1, month: "3" })).toBeUndefined();
  });

  it("have references that read like the key", () => {
    const topology = makeTopology({
      scenarios: tableOf(flights),
      steps: [aStep("extract", []), aStep("train", ["origin", "month"])],
    });
    expect(topology.steps[0]!.taskRef(0)).toBe("extract");
    expect(topology.steps[1]!.taskRef(1)).toBe("train[origin=1,month=3]");
  });

  it("are visited in key order and found by rows", () => {
    fc.assert(
      fc.property(sparseRows, anyBy, fc.array(fc.nat()), (rows, by, picks) => {
        const step = makeTopology({ scenarios: tableOf(rows), steps: [aStep("train", by)] }).steps[0]!;
        const visited: string[] = [];
        step.eachInKeyOrder((task) => visited.push(textOfTask(step, task)));
        expect(visited).toEqual(tasksOf(rows, by).toSorted(compareKeys));
        const picked = picks.map((pick) => pick % rows.length);
        const expected = new Set(picked.map((row) => tasksOf(rows, by).indexOf(keyText(rows[row]!, by))));
        expect([...step.tasksOfRows(picked)]).toEqual([...expected].toSorted((a, b) => a - b));
      }),
    );
  });

  it("of an empty table are none", () => {
    const steps = [aStep("a", []), aStep("b", ["origin"], { inputs: { x: reads("a") } })];
    const topology = makeTopology({ scenarios: tableOf([]), steps });
    expect(topology.steps.map((step) => step.size)).toEqual([0, 0]);
    expect(topology.edges[0]!.pairs).toBe(0);
  });
});

describe("edges", () => {
  it("are the natural join of the tasks through the rows, both ways", () => {
    fc.assert(
      fc.property(sparseRows, anyBy, anyBy, (rows, from, to) => {
        const steps = [aStep("writer", from), aStep("reader", to, { inputs: { x: reads("writer") } })];
        const topology = makeTopology({ scenarios: tableOf(rows), steps });
        expectEdge(topology, topology.edges[0]!, naturalPairs(rows, from, to));
      }),
      { numRuns: 200 },
    );
  });

  it("of previous lead from the value before, both ways", () => {
    const byMonth = anyBy.map((by) => [...by.filter((name) => name !== "month"), "month"]);
    fc.assert(
      fc.property(sparseRows, byMonth, byMonth, (rows, from, to) => {
        const steps = [
          aStep("writer", from),
          aStep("reader", to, { inputs: { x: reads("writer", { previous: "month" }) } }),
        ];
        const topology = makeTopology({ scenarios: tableOf(rows), steps });
        expect(topology.edges[0]!.kind).toBe("previous");
        expectEdge(topology, topology.edges[0]!, previousPairs(rows, from, to));
      }),
      { numRuns: 200 },
    );
  });

  it("of previous may lead from a step to itself, and skip values that are not there", () => {
    const steps = [aStep("train", [...names], { inputs: { before: reads("train", { previous: "month" }) } })];
    const topology = makeTopology({ scenarios: tableOf(flights), steps });
    const edge = topology.edges[0]!;
    expect(edge).toMatchObject({ from: 0, to: 0, pairs: 1, input: "before" });
    expect([0, 1, 2, 3].map((task) => edge.countUpstream(task))).toEqual([0, 1, 0, 0]);
    expectEdge(topology, edge, previousPairs(flights, names, names));
  });

  it("know their kind", () => {
    const steps = [
      aStep("a", ["origin"]),
      aStep("b", ["origin", "month"], { after: [{ step: "a", outcome: "succeeded" }] }),
      aStep("c", ["origin"], {
        after: [
          { step: "a", outcome: "succeeded" },
          { step: "b", outcome: "succeeded" },
        ],
      }),
      aStep("d", ["carrier"], { after: [{ step: "a", outcome: "succeeded" }] }),
    ];
    const { edges } = makeTopology({ scenarios: tableOf(flights), steps });
    expect(edges.map((edge) => edge.kind)).toEqual(["broadcast", "one-to-one", "collect", "many-to-many"]);
  });

  it("carry what the input and the after demand, one edge each", () => {
    const steps = [
      aStep("a", ["month"]),
      aStep("b", [], {
        inputs: { y: { type: "value", value: 1 }, x: reads("a", { collect: { atLeast: 0.9 } }), w: reads("a") },
        after: [{ step: "a", outcome: "done" }],
      }),
    ];
    const { edges, steps: shapes } = makeTopology({ scenarios: tableOf(flights), steps });
    expect(edges.map(({ index, input, needs, atLeast }) => ({ index, input, needs, atLeast }))).toEqual([
      { index: 0, input: "w", needs: "succeeded", atLeast: 1 },
      { index: 1, input: "x", needs: "succeeded", atLeast: 0.9 },
      { index: 2, input: undefined, needs: "done", atLeast: 1 },
    ]);
    expect(shapes[0]!.downstream).toEqual(edges);
    expect(shapes[1]!.upstream).toEqual(edges);
  });

  it("may lead from a step that stands later in the plan", () => {
    const steps = [aStep("reader", [], { inputs: { x: reads("writer") } }), aStep("writer", ["month"])];
    expect(makeTopology({ scenarios: tableOf(flights), steps }).edges[0]).toMatchObject({
      from: 1,
      to: 0,
      kind: "collect",
      pairs: 3,
    });
  });
});

describe("a topology refuses", () => {
  const make = (...steps: PlanStep[]): unknown => {
    try {
      return makeTopology({ scenarios: tableOf(flights), steps });
    } catch (error) {
      return error;
    }
  };

  it("a dimension that the table lacks, naming the closest", () => {
    const error = make(aStep("train", ["orign"])) as FlotillaError;
    expect(error.code).toBe("DIMENSION_UNKNOWN");
    expect(error.message).toContain('Did you mean "origin"?');
  });

  it("an edge from a step that is not there", () => {
    const error = make(aStep("train", []), aStep("report", [], { inputs: { auc: reads("trian") } })) as FlotillaError;
    expect(error).toMatchObject({ code: "WIRING_INVALID", place: { step: "report", name: "auc" } });
    expect(error.message).toContain('Did you mean "train"?');
  });

  it("previous along a dimension without order, or one that a side lacks", () => {
    expect(make(aStep("a", ["origin"], { inputs: { x: reads("a", { previous: "origin" }) } }))).toMatchObject({
      code: "WIRING_INVALID",
    });
    expect(make(aStep("a", ["origin"], { inputs: { x: reads("a", { previous: "month" }) } }))).toMatchObject({
      code: "WIRING_INVALID",
    });
  });
});

describe("labels", () => {
  const scenarios: ScenarioTable = {
    size: 2,
    columns: [
      { name: "tier", role: "label", values: [null, 3], codes: [0, 1] },
      { name: "kind", role: "dimension", values: ["a", "b"], codes: [1, 0] },
    ],
  };

  it("are no part of keys", () => {
    const step = makeTopology({ scenarios, steps: [aStep("s", ["kind"])] }).steps[0]!;
    expect([step.keyOf(0), step.keyOf(1)]).toEqual([{ kind: "b" }, { kind: "a" }]);
  });

  it("are nothing to vary by", () => {
    expect(() => makeTopology({ scenarios, steps: [aStep("s", ["tier"])] })).toThrow(
      expect.objectContaining({ code: "DIMENSION_UNKNOWN" }),
    );
  });
});
