import fc from "fast-check";
import { expect, test } from "vitest";
import { cellAt, fitAxis, panAxis, pixelOf, revealCell, showStretch, visibleCells, zoomAxis } from "./axis-view.ts";

const extent = { cells: 1_000, pixels: 500 };
const fit = fitAxis(extent, 40);

test("all cells fit, and few of them do not grow beyond the largest", () => {
  expect(fit).toEqual({ first: 0, scale: 0.5 });
  expect(fitAxis({ cells: 3, pixels: 500 }, 40).scale).toBe(40);
});

test("cells that can be told apart get whole pixels", () => {
  expect(fitAxis({ cells: 48, pixels: 610 }, 40).scale).toBe(12);
});

test("the cell under the pointer stays there while zooming in", () => {
  const nearer = zoomAxis(fit, 200, 8, extent, fit.scale, 40);
  expect(pixelOf(nearer, 400)).toBeCloseTo(200);
});

test("zooming out ends where all is shown", () => {
  const nearer = zoomAxis(fit, 200, 8, extent, fit.scale, 40);
  expect(zoomAxis(nearer, 10, 1e-6, extent, fit.scale, 40)).toEqual(fit);
});

test("whatever is done, what is shown lies within the axis", () => {
  const acts = fc.array(fc.tuple(fc.double({ min: 0.2, max: 6, noNaN: true }), fc.integer({ min: -900, max: 900 })));
  fc.assert(
    fc.property(acts, (list) => {
      const view = list.reduce(
        (now, [factor, by]) => panAxis(zoomAxis(now, 250, factor, extent, fit.scale, 40), by, extent),
        fit,
      );
      const { from, to } = visibleCells(view, extent);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to).toBeLessThanOrEqual(extent.cells);
      expect(to).toBeGreaterThan(from);
      expect(view.first).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("a pixel says its cell, and beyond the last cell there is none", () => {
  const few = fitAxis({ cells: 3, pixels: 500 }, 40);
  expect(cellAt(few, 119, { cells: 3, pixels: 500 })).toBe(2);
  expect(cellAt(few, 121, { cells: 3, pixels: 500 })).toBeUndefined();
});

test("a stretch is shown with some room around", () => {
  const { from, to } = visibleCells(showStretch({ from: 400, to: 420 }, extent, fit.scale, 40), extent);
  expect([from, to]).toEqual([397, 423]);
});

test("a cell out of sight comes into view", () => {
  const near = zoomAxis(fit, 0, 20, extent, fit.scale, 40);
  const { from, to } = visibleCells(revealCell(near, 700, extent), extent);
  expect(700).toBeGreaterThanOrEqual(from);
  expect(700).toBeLessThan(to);
});
