import { expect, test } from "vitest";
import { hitBox, hitLine } from "./hit-graph.ts";

const boxes = [
  { x: 0, y: 0, width: 100, height: 50 },
  { x: 200, y: 0, width: 100, height: 50 },
];
const lines = [
  [
    { x: 0, y: 0 },
    { x: 100, y: 0 },
  ],
  [
    { x: 0, y: 10 },
    { x: 100, y: 10 },
  ],
];

test("a point in a box finds it, one beside it finds nothing", () => {
  expect(hitBox(boxes, { x: 250, y: 25 })).toBe(1);
  expect(hitBox(boxes, { x: 150, y: 25 })).toBeUndefined();
});

test("the nearest line within reach is found", () => {
  expect(hitLine(lines, { x: 50, y: 7 }, 5)).toBe(1);
  expect(hitLine(lines, { x: 50, y: 30 }, 5)).toBeUndefined();
  expect(hitLine(lines, { x: 104, y: 0 }, 5)).toBe(0);
});
