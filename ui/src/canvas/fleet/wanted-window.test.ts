import { expect, test } from "vitest";
import { gathered, suffices, wantedWindow, wholeWindow, type Looked } from "./wanted-window.ts";

const shape = { height: 1_000, width: 2_000 };
const all: Looked = {
  rows: { from: 0, to: 1_000 },
  columns: { from: 0, to: 2_000 },
  pixelsPerRow: 0.6,
  pixelsPerColumn: 0.5,
};
const near: Looked = {
  rows: { from: 500, to: 560 },
  columns: { from: 100, to: 200 },
  pixelsPerRow: 10,
  pixelsPerColumn: 10,
};

test("cells smaller than a pixel are gathered, larger ones are not", () => {
  expect([0.1, 0.34, 0.5, 1, 12].map(gathered)).toEqual([10, 3, 2, 1, 1]);
});

test("the whole is asked for with no more values than pixels", () => {
  expect(wholeWindow(shape, all)).toEqual({ left: 0, top: 0, width: 2_000, height: 1_000, across: 1_000, down: 500 });
});

test("a near view is asked for with some room around, cell by cell", () => {
  expect(wantedWindow(shape, near)).toEqual({ left: 65, top: 479, width: 170, height: 102, across: 170, down: 102 });
});

test("the wanted window suffices for what it was wanted for, and for small movements", () => {
  const window = wantedWindow(shape, near);
  expect(suffices(window, near)).toBe(true);
  expect(suffices(window, { ...near, rows: { from: 510, to: 570 } })).toBe(true);
  expect(suffices(window, { ...near, rows: { from: 700, to: 760 } })).toBe(false);
});

test("the whole does not suffice for a near view, nor single cells for the whole", () => {
  expect(suffices(wholeWindow(shape, all), near)).toBe(false);
  expect(suffices({ left: 0, top: 0, width: 2_000, height: 1_000, across: 2_000, down: 1_000 }, all)).toBe(false);
});
