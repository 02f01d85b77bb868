import { expect, it } from "vitest";
import { makeRun } from "../fakes/make-run.ts";
import { formatAxisDuration } from "./axis.ts";
import { seriesOf } from "./series.ts";

it("draws runs from the oldest to the newest, with gaps where one has no number", () => {
  const runs = [
    { run: makeRun({ id: "new", createdAt: 2 }), durationMs: 20, success: 1, numbers: { auc: 0.8 } },
    { run: makeRun({ id: "old", createdAt: 1 }), success: 0.5, numbers: {} },
  ];
  expect(seriesOf(runs).map(({ title, values }) => [title, values])).toEqual([
    ["Duration", [null, 20]],
    ["Success", [50, 100]],
    ["auc", [null, 0.8]],
  ]);
});

it.each([
  [0, "0"],
  [500, "500 ms"],
  [90_000, "90 s"],
  [900_000, "15 m"],
  [9_000_000, "2.5 h"],
])("says %d ms on an axis as %s", (ms, text) => expect(formatAxisDuration(ms)).toBe(text));
