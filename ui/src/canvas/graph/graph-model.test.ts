import { expect, test } from "vitest";
import type { GraphEdge, GraphStep, StepGraphProps } from "../props.ts";
import { noCounts } from "../../../../src/core/task-state.ts";
import { makeGraphModel, structureOf } from "./graph-model.ts";

const step = (name: string, more: Partial<GraphStep> = {}): GraphStep => ({
  name,
  by: ["origin"],
  work: "noop",
  kind: "noop",
  on: "local",
  needs: "1 CPU",
  tasks: 3,
  outputs: [],
  ...more,
});
const edge = (from: string, to: string, more: Partial<GraphEdge> = {}): GraphEdge => ({
  from,
  to,
  kind: "one-to-one",
  input: "data",
  needs: "succeeded",
  atLeast: 1,
  pairs: 3,
  ...more,
});
const run = (more: Partial<StepGraphProps> = {}): StepGraphProps => ({
  steps: [step("a"), step("b")],
  edges: [edge("a", "b")],
  leftOut: [],
  ...more,
});

test("states and durations change nothing in the structure", () => {
  const later = run({ steps: [step("a", { counts: { ...noCounts(), failed: 2 }, medianMs: 40 }), step("b")] });
  expect(structureOf(later)).toBe(structureOf(run()));
});

test("a step more is another structure", () => {
  expect(structureOf(run({ steps: [step("a"), step("b"), step("c")] }))).not.toBe(structureOf(run()));
});

test("inputs read from the same step in the same way are one edge", () => {
  const { edges } = makeGraphModel(
    run({ edges: [edge("a", "b", { input: "x" }), edge("a", "b", { input: "y", atLeast: 0.9 })] }),
  );
  expect(edges).toMatchObject([{ look: "one-to-one", inputs: ["x", "y"], atLeast: 0.9 }]);
});

test("order without an input is an edge of its own look", () => {
  const { input: _, ...order } = edge("a", "b");
  expect(makeGraphModel(run({ edges: [edge("a", "b"), order] })).edges.map(({ look }) => look)).toEqual([
    "one-to-one",
    "order",
  ]);
});

test("an edge to a step that is not there is not drawn", () => {
  expect(makeGraphModel(run({ edges: [edge("a", "gone")] })).edges).toEqual([]);
});

test("steps that are left out stand below all others", () => {
  const { leftOut, layout, height } = makeGraphModel(run({ leftOut: [{ step: "tune", reason: "tune is false" }] }));
  expect(leftOut[0]!.box.y).toBeGreaterThan(layout.height);
  expect(leftOut[0]!.box.y + leftOut[0]!.box.height).toBe(height);
});

test("environments are smaller than other steps", () => {
  const { layout } = makeGraphModel(
    run({ steps: [step("environment numpy", { kind: "environment" }), step("b")], edges: [] }),
  );
  expect(layout.boxes[0]!.height).toBeLessThan(layout.boxes[1]!.height / 2);
});
