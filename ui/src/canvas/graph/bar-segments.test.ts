import { expect, test } from "vitest";
import { states, type StateCounts } from "../shared/states.ts";
import { barSegments } from "./bar-segments.ts";

const counts = (some: Partial<StateCounts>) =>
  ({ ...Object.fromEntries(states.map((state) => [state, 0])), ...some }) as StateCounts;

test("the states share the bar by their numbers", () => {
  expect(barSegments(counts({ succeeded: 30, waiting: 10 }), 100, 3)).toEqual([
    { state: "succeeded", from: 0, to: 75 },
    { state: "waiting", from: 75, to: 100 },
  ]);
});

test("one failure among a million is seen, and the bar is still full", () => {
  const [failed, succeeded] = barSegments(counts({ succeeded: 999_999, failed: 1 }), 100, 3);
  expect(failed).toEqual({ state: "failed", from: 0, to: 3 });
  expect(succeeded!.to).toBeCloseTo(100);
});

test("a step without tasks has an empty bar", () => {
  expect(barSegments(counts({}), 100, 3)).toEqual([]);
});
