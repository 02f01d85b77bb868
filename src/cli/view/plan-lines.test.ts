import { describe, expect, it } from "vitest";
import { from, grid, planOf, planStep } from "../../../test/helpers/plans.ts";
import type { Plan } from "../../core/plan.ts";
import { makeTopology } from "../../core/topology.ts";
import { describeEdges } from "../../server/plans/describe-plan.ts";
import { joinLines } from "../../server/plans/join-lines.ts";
import { planningApi } from "../../server/planning-api.ts";
import { widthOf } from "../format/width.ts";
import { flights, noPaint } from "../test-rows.ts";
import { planLines } from "./plan-lines.ts";
import { stepTree } from "./step-tree.ts";

const hash = "sha256:0123456789abcdef";

/** As the API tells of it. */
function previewOf(plan: Plan) {
  const planned = { plan, planHash: hash, projectDirectory: "/project", pipelineFile: "pipeline.ts", selections: [] };
  return planningApi({ project: "/project", anyFile: true, makePlan: () => Promise.resolve(planned) }).previewRun({});
}

it("tells a plan in words", async () => {
  const plan = {
    ...flights,
    leftOut: [{ step: "tune", reason: "only with tune=true" }],
    selection: { ...flights.selection, narrowed: ["origin=JFK"] },
  };
  const lines = planLines(await previewOf(plan), { columns: 80, paint: noPaint });
  expect(`\n${lines.join("\n")}\n`).toMatchInlineSnapshot(`
    "
    flight-delays  29 tasks in 5 steps  sha256:0123456789ab
    selection all: all 18 scenarios, narrowed by origin=JFK

    step            tasks  by                        on     needs
    extract             1  –                         local  1 CPU
    └ features          3  origin                    local  1 CPU
      └ train          18  origin × carrier × month  local  1 CPU
        └ compare       6  origin × carrier          local  1 CPU
          └ report      1  –                         local  1 CPU

    joins
      extract → features  broadcast, it feeds 3
      features → train  broadcast, each of 3 feeds 6
      train → compare  collect, each of 6 reads 3, at least 95 % of them
      compare → report  collect, it reads 6

    left out
      tune  only with tune=true
    "
  `);
});

it("fits tables into narrow terminals", async () => {
  const lines = planLines(await previewOf(flights), { columns: 60, paint: noPaint });
  const from = lines.findIndex((line) => line.startsWith("step"));
  for (const line of lines.slice(from, from + 6)) expect(widthOf(line)).toBeLessThanOrEqual(60);
});

describe("joins", () => {
  const set = grid({ a: [1, 2], b: [1, 2, 3] });
  const join = (...steps: Parameters<typeof planOf>[1]): string[] => joinLines(makeTopology(planOf(set, steps)));

  it("of equal dimensions are one to one", () => {
    expect(join(planStep("x", ["a"]), planStep("y", ["a"], { inputs: { i: from("x") } }))).toEqual([
      "x → y  one to one, 2 times",
    ]);
  });

  it("with a fraction and with order alone say so", () => {
    expect(
      join(
        planStep("x", ["a", "b"]),
        planStep("y", ["a"], { inputs: { i: from("x", { collect: { atLeast: 0.5 } }) } }),
        planStep("z", [], { after: [{ step: "x", outcome: "done" }] }),
      ),
    ).toEqual([
      "x → y  collect, each of 2 reads 3, at least 50 % of them",
      "x → z  collect, it reads 6, whatever became of it (order only)",
    ]);
  });

  it("across dimensions are many to many, and along one previous", () => {
    expect(
      join(
        planStep("x", ["a"]),
        planStep("y", ["b"], { inputs: { i: from("x", { collect: { atLeast: 1 } }) } }),
        planStep("z", ["b"], { inputs: { i: from("y", { previous: "b" }) } }),
      ),
    ).toEqual(["x → y  many to many, each of 3 reads 2", "y → z  previous, 2 of 3 have one before them"]);
  });

  it("of uneven numbers give the least and the most", () => {
    const sparse = {
      size: 3,
      columns: [
        { name: "a", role: "dimension" as const, values: [1, 2], codes: [0, 0, 1] },
        { name: "b", role: "dimension" as const, values: [1, 2], codes: [0, 1, 0] },
      ],
    };
    const steps = [planStep("x", ["a"]), planStep("y", ["a", "b"], { inputs: { i: from("x") } })];
    expect(joinLines(makeTopology(planOf(sparse, steps)))).toEqual(["x → y  broadcast, each of 2 feeds 1–2"]);
  });
});

it("draws steps as a tree, each below the one it waits for longest", () => {
  const steps = [
    planStep("a", []),
    planStep("b", [], { inputs: { i: from("a") } }),
    planStep("c", [], { inputs: { i: from("a") } }),
    planStep("d", [], { inputs: { i: from("a"), j: from("b") } }),
    planStep("e", []),
  ];
  const plan = planOf(grid({ n: [1] }), steps);
  const edges = describeEdges({ topology: makeTopology(plan) });
  expect(stepTree({ steps: plan.steps, edges }).map(({ index, branch }) => branch + steps[index]!.name)).toEqual([
    "a",
    "├ b",
    "│ └ d",
    "└ c",
    "e",
  ]);
});
