import type { Point } from "../../shared/gestures.ts";

/**
 * The point at `t` (0 to 1) between two points of a route: a cubic curve that is level at both ends. It never leaves the
 * rectangle that the points span, so an edge stays in its channel.
 */
export function curvePoint(from: Point, to: Point, t: number): Point {
  const along = 1.5 * t * (1 - t) + t * t * t;
  const rise = t * t * (3 - 2 * t);
  return { x: from.x + (to.x - from.x) * along, y: from.y + (to.y - from.y) * rise };
}

/** Adds the same curve to a path that stands at `from`. */
export function curveTo(path: Path2D | CanvasRenderingContext2D, from: Point, to: Point): void {
  if (from.y === to.y) return path.lineTo(to.x, to.y);
  const middle = (from.x + to.x) / 2;
  path.bezierCurveTo(middle, from.y, middle, to.y, to.x, to.y);
}
