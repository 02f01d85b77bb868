import type { Point } from "../shared/gestures.ts";
import type { Box } from "./layout/layered-graph.ts";

/** The last box that holds the point, as the last one is drawn on top. */
export function hitBox(boxes: readonly Box[], { x, y }: Point): number | undefined {
  const index = boxes.findLastIndex(
    (box) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height,
  );
  return index < 0 ? undefined : index;
}

/** The line that runs nearest to the point, no farther than `reach`. */
export function hitLine(lines: readonly (readonly Point[])[], point: Point, reach: number): number | undefined {
  let found: number | undefined;
  let nearest = reach;
  lines.forEach((line, index) => {
    for (let at = 1; at < line.length; at++) {
      const away = distanceToStretch(point, line[at - 1]!, line[at]!);
      if (away < nearest) [nearest, found] = [away, index];
    }
  });
  return found;
}

function distanceToStretch(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const share =
    length === 0 ? 0 : Math.max(0, Math.min(1, ((point.x - from.x) * dx + (point.y - from.y) * dy) / length));
  return Math.hypot(point.x - from.x - dx * share, point.y - from.y - dy * share);
}
