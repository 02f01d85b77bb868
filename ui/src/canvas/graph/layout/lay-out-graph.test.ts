import fc from "fast-check";
import { expect, test } from "vitest";
import type { Point } from "../../shared/gestures.ts";
import { curvePoint } from "./edge-curve.ts";
import type { Box, GraphShape } from "./layered-graph.ts";
import { layOutGraph } from "./lay-out-graph.ts";

const shapes = fc.integer({ min: 1, max: 45 }).chain((size) =>
  fc.record({
    nodes: fc.array(fc.record({ width: fc.constantFrom(150, 210), height: fc.constantFrom(34, 88) }), {
      minLength: size,
      maxLength: size,
    }),
    edges: fc
      .array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1), fc.constantFrom("a", "b")), { maxLength: size * 3 })
      .map((pairs) =>
        pairs.map(([one, other, bundle]) => ({ from: Math.min(one, other), to: Math.max(one, other), bundle })),
      ),
  }),
);

test("no two nodes overlap", () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const { boxes } = layOutGraph(shape);
      const overlapping = boxes.flatMap((a, index) =>
        boxes
          .slice(index + 1)
          .filter((b) => a.x + a.width > b.x && b.x + b.width > a.x && a.y + a.height > b.y && b.y + b.height > a.y),
      );
      expect(overlapping).toEqual([]);
    }),
  );
});

test("no edge passes through a node", () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const { boxes, routes } = layOutGraph(shape);
      const passing = routes.flatMap((route, edge) => {
        const { from, to } = shape.edges[edge]!;
        const points = sample(route);
        return boxes.flatMap((box, node) => {
          // At its own nodes the edge may touch the side; from others it stays away.
          const slack = node === from || node === to ? 0.001 : -0.5;
          return points.some((point) => isInside(point, box, slack)) ? [{ edge, node }] : [];
        });
      });
      expect(passing).toEqual([]);
    }),
  );
});

test("equal graphs are laid out equally", () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      expect(layOutGraph(structuredClone(shape))).toEqual(layOutGraph(shape));
    }),
  );
});

test("every edge but a loop runs from left to right", () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const { boxes } = layOutGraph(shape);
      for (const { from, to } of shape.edges) {
        if (from !== to) expect(boxes[to]!.x).toBeGreaterThan(boxes[from]!.x + boxes[from]!.width);
      }
    }),
  );
});

test("a chain lies on one level line", () => {
  const nodes = Array.from({ length: 5 }, () => ({ width: 200, height: 80 }));
  const edges = [0, 1, 2, 3].map((from) => ({ from, to: from + 1, bundle: "" }));
  const { routes } = layOutGraph({ nodes, edges });
  const heights = routes.flat().map((point) => Math.round(point.y));
  expect(new Set(heights).size).toBe(1);
});

test("a circle, which no plan has, is drawn all the same", () => {
  const nodes = Array.from({ length: 3 }, () => ({ width: 200, height: 80 }));
  const edges = [0, 1, 2].map((from) => ({ from, to: (from + 1) % 3, bundle: "" }));
  expect(layOutGraph({ nodes, edges }).routes).toHaveLength(3);
});

test("a thousand steps are laid out within 100 ms of processor time", () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const nodes = Array.from({ length: 1_000 }, () => ({ width: 200, height: 80 }));
  const edges = nodes.flatMap((_, to) =>
    to < 10 ? [] : [0, 1].slice(random(2)).map(() => ({ from: Math.max(0, to - 1 - random(40)), to, bundle: "" })),
  );
  const shape: GraphShape = { nodes, edges };
  layOutGraph(shape);
  const spent = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    layOutGraph(shape);
    return process.cpuUsage(before).user / 1_000;
  });
  expect(Math.min(...spent)).toBeLessThan(100);
});

function isInside({ x, y }: Point, box: Box, slack: number): boolean {
  return x > box.x + slack && x < box.x + box.width - slack && y > box.y + slack && y < box.y + box.height - slack;
}

/** Points along the route, the curves between its level stretches included. */
function sample(route: readonly Point[]): Point[] {
  return route
    .slice(1)
    .flatMap((to, index) => Array.from({ length: 13 }, (_, step) => curvePoint(route[index]!, to, step / 12)));
}
