import type { Point } from "../shared/gestures.ts";
import type { Box } from "./layout/layered-graph.ts";

/** screen = world × scale + (x, y) */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

interface Extent {
  readonly width: number;
  readonly height: number;
}

export const scaleLimits = { least: 0.08, most: 2.5 };
const margin = 28;
/** Small graphs are not blown up. */
const fitMost = 1.1;

/** All of it, in the middle. */
export function fitView(graph: Extent, screen: Extent): Viewport {
  const scale = Math.min(
    fitMost,
    Math.max(
      scaleLimits.least,
      Math.min((screen.width - 2 * margin) / graph.width, (screen.height - 2 * margin) / graph.height),
    ),
  );
  return {
    scale,
    x: (screen.width - graph.width * scale) / 2,
    y: (screen.height - graph.height * scale) / 2,
  };
}

/** Nearer or farther; what is under the point stays there. */
export function zoomView(view: Viewport, at: Point, factor: number): Viewport {
  const scale = Math.max(scaleLimits.least, Math.min(scaleLimits.most, view.scale * factor));
  const real = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * real, y: at.y - (at.y - view.y) * real };
}

/** Moves; some of the graph always stays on the screen. */
export function panView(view: Viewport, by: Point, graph: Extent, screen: Extent): Viewport {
  const keep = 80;
  const clamp = (value: number, extent: number, room: number) =>
    Math.max(keep - extent * view.scale, Math.min(room - keep, value));
  return {
    scale: view.scale,
    x: clamp(view.x + by.x, graph.width, screen.width),
    y: clamp(view.y + by.y, graph.height, screen.height),
  };
}

/** The least movement that shows a box whole. */
export function revealBox(view: Viewport, box: Box, screen: Extent): Viewport {
  const shift = (low: number, high: number, room: number) =>
    low < margin ? margin - low : high > room - margin ? Math.max(margin - low, room - margin - high) : 0;
  const left = box.x * view.scale + view.x;
  const top = box.y * view.scale + view.y;
  return {
    scale: view.scale,
    x: view.x + shift(left, left + box.width * view.scale, screen.width),
    y: view.y + shift(top, top + box.height * view.scale, screen.height),
  };
}

export function toWorld(view: Viewport, { x, y }: Point): Point {
  return { x: (x - view.x) / view.scale, y: (y - view.y) / view.scale };
}
