import { expect, test } from "vitest";
import { fitView, panView, revealBox, scaleLimits, toWorld, zoomView } from "./viewport.ts";

const graph = { width: 2_000, height: 500 };
const screen = { width: 1_000, height: 600 };

test("the whole graph fits, in the middle", () => {
  const view = fitView(graph, screen);
  expect(view.x).toBeCloseTo(screen.width - (view.x + graph.width * view.scale));
  expect(view.y).toBeCloseTo(screen.height - (view.y + graph.height * view.scale));
  expect(view.x).toBeGreaterThan(0);
});

test("a small graph is not blown up", () => {
  expect(fitView({ width: 200, height: 80 }, screen).scale).toBeLessThanOrEqual(1.2);
});

test("what is under the pointer stays there while zooming", () => {
  const view = fitView(graph, screen);
  const at = { x: 321, y: 123 };
  const nearer = zoomView(view, at, 1.7);
  expect(toWorld(nearer, at).x).toBeCloseTo(toWorld(view, at).x);
  expect(toWorld(nearer, at).y).toBeCloseTo(toWorld(view, at).y);
});

test("zooming ends at the limits", () => {
  expect(zoomView(fitView(graph, screen), { x: 0, y: 0 }, 1e9).scale).toBe(scaleLimits.most);
});

test("the graph cannot be lost off the screen", () => {
  const away = panView(fitView(graph, screen), { x: -1e6, y: 1e6 }, graph, screen);
  expect(away.x + graph.width * away.scale).toBeCloseTo(80);
  expect(away.y).toBeCloseTo(screen.height - 80);
});

test("a box off the screen comes into view, one on it moves nothing", () => {
  const view = { x: 0, y: 0, scale: 1 };
  const moved = revealBox(view, { x: 1_500, y: 100, width: 200, height: 80 }, screen);
  expect(1_700 + moved.x).toBeLessThanOrEqual(screen.width);
  expect(revealBox(view, { x: 100, y: 100, width: 200, height: 80 }, screen)).toEqual(view);
});
