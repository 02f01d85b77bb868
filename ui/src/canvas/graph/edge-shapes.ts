import type { Point } from "../shared/gestures.ts";
import type { DrawnEdge } from "./graph-model.ts";
import { curvePoint, curveTo } from "./layout/edge-curve.ts";

/** An edge as paths in the world's coordinates, made once per layout. */
export interface EdgeShape {
  /** Its middle line. */
  readonly line: Path2D;
  /** A ribbon: widens where one feeds many, narrows where many are collected. */
  readonly ribbon?: Path2D;
  /** Lines beside each other, or marks along the line. */
  readonly strands?: Path2D;
  /** For hit testing and highlights. */
  readonly samples: readonly Point[];
  /** Where its glyph stands: in the middle of its last turn. */
  readonly middle: Point;
  readonly end: Point;
}

const half = { thin: 0.8, wide: 4.5 };
const perCurve = 28;

export function edgeShape(edge: DrawnEdge, route: readonly Point[]): EdgeShape {
  const line = new Path2D();
  line.moveTo(route[0]!.x, route[0]!.y);
  const samples = edge.from === edge.to ? roundCorners(route) : sampleRoute(route);
  if (edge.from === edge.to) for (const { x, y } of samples) line.lineTo(x, y);
  else for (let index = 1; index < route.length; index++) curveTo(line, route[index - 1]!, route[index]!);
  const shape = { line, samples, middle: middleOf(edge, route), end: route.at(-1)! };
  switch (edge.look) {
    case "broadcast":
      return { ...shape, ribbon: ribbon(samples, (share) => half.thin + (half.wide - half.thin) * share ** 1.6) };
    case "collect":
      return { ...shape, ribbon: ribbon(samples, (share) => half.thin + (half.wide - half.thin) * (1 - share) ** 1.6) };
    case "many-to-many":
      return { ...shape, ribbon: ribbon(samples, () => half.wide) };
    case "one-to-one":
      return edge.many ? { ...shape, strands: strands(samples, [-1.9, 1.9]) } : shape;
    case "previous":
      return { ...shape, strands: chevrons(samples) };
    case "order":
      return shape;
  }
}

function middleOf(edge: DrawnEdge, route: readonly Point[]): Point {
  if (edge.from === edge.to) return { x: (route[1]!.x + route[2]!.x) / 2, y: route[1]!.y };
  return curvePoint(route.at(-3)!, route.at(-2)!, 0.5);
}

function sampleRoute(route: readonly Point[]): Point[] {
  const points = [route[0]!];
  for (let index = 1; index < route.length; index++) {
    const [from, to] = [route[index - 1]!, route[index]!];
    const steps = from.y === to.y || from.x === to.x ? 1 : perCurve;
    for (let step = 1; step <= steps; step++) points.push(curvePoint(from, to, step / steps));
  }
  return points.filter((point, index) => index === 0 || distance(point, points[index - 1]!) > 0.01);
}

/** A loop's corners as quarter circles. */
function roundCorners(route: readonly Point[]): Point[] {
  const radius = 12;
  return route.flatMap((corner, index) => {
    const [before, after] = [route[index - 1], route[index + 1]];
    if (before === undefined || after === undefined) return [corner];
    const towards = (end: Point): Point => {
      const share = radius / distance(corner, end);
      return { x: corner.x + (end.x - corner.x) * share, y: corner.y + (end.y - corner.y) * share };
    };
    const [from, to] = [towards(before), towards(after)];
    return Array.from({ length: 7 }, (_, step) => {
      const angle = (step / 6) * (Math.PI / 2);
      const [a, b] = [1 - Math.sin(angle), 1 - Math.cos(angle)];
      return {
        x: corner.x + (from.x - corner.x) * a + (to.x - corner.x) * b,
        y: corner.y + (from.y - corner.y) * a + (to.y - corner.y) * b,
      };
    });
  });
}

function ribbon(samples: readonly Point[], halfWidth: (share: number) => number): Path2D {
  const path = new Path2D();
  const lengths = lengthsOf(samples);
  const total = lengths.at(-1)!;
  const side = (index: number, sign: number) => {
    const offset = halfWidth(lengths[index]! / total) * sign;
    const { x, y } = normalAt(samples, index);
    return { x: samples[index]!.x + x * offset, y: samples[index]!.y + y * offset };
  };
  const outline = [
    ...samples.map((_, index) => side(index, 1)),
    ...samples.map((_, index) => side(samples.length - 1 - index, -1)),
  ];
  outline.forEach(({ x, y }, index) => (index === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
  path.closePath();
  return path;
}

function strands(samples: readonly Point[], offsets: readonly number[]): Path2D {
  const path = new Path2D();
  for (const offset of offsets) {
    samples.forEach((sample, index) => {
      const { x, y } = normalAt(samples, index);
      const [px, py] = [sample.x + x * offset, sample.y + y * offset];
      if (index === 0) path.moveTo(px, py);
      else path.lineTo(px, py);
    });
  }
  return path;
}

/** Small arrows along the line: each task hands on to the next. */
function chevrons(samples: readonly Point[]): Path2D {
  const path = new Path2D();
  const lengths = lengthsOf(samples);
  let next = 14;
  for (let index = 1; index < samples.length; index++) {
    while (next < lengths[index]! && next < lengths.at(-1)! - 8) {
      const share = (next - lengths[index - 1]!) / (lengths[index]! - lengths[index - 1]!);
      const [a, b] = [samples[index - 1]!, samples[index]!];
      const at = { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
      const n = normalAt(samples, index);
      const t = { x: n.y, y: -n.x };
      path.moveTo(at.x - t.x * 4 + n.x * 3.5, at.y - t.y * 4 + n.y * 3.5);
      path.lineTo(at.x, at.y);
      path.lineTo(at.x - t.x * 4 - n.x * 3.5, at.y - t.y * 4 - n.y * 3.5);
      next += 13;
    }
  }
  return path;
}

function lengthsOf(samples: readonly Point[]): number[] {
  let length = 0;
  return samples.map((sample, index) => (index === 0 ? 0 : (length += distance(sample, samples[index - 1]!))));
}

function normalAt(samples: readonly Point[], index: number): Point {
  const before = samples[Math.max(0, index - 1)]!;
  const after = samples[Math.min(samples.length - 1, index + 1)]!;
  const length = distance(before, after) || 1;
  return { x: -(after.y - before.y) / length, y: (after.x - before.x) / length };
}

const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);
