import type { Stretch } from "../props.ts";

/** One axis: cells along a stretch of pixels. pixel = (cell − first) × scale */
export interface AxisView {
  /** The cell, with a fraction, at pixel 0. */
  readonly first: number;
  /** Pixels per cell. */
  readonly scale: number;
}

export interface AxisExtent {
  readonly cells: number;
  readonly pixels: number;
}

/** Everything; cells of a few pixels get whole ones, so that all gaps are equal. */
export function fitAxis({ cells, pixels }: AxisExtent, largest: number): AxisView {
  const scale = Math.min(largest, pixels / Math.max(1, cells));
  return { first: 0, scale: scale >= 6 ? Math.floor(scale) : scale };
}

/** Nearer or farther by a factor; the cell under the pixel stays there. Never farther than all, nor nearer than `largest`. */
export function zoomAxis(
  view: AxisView,
  at: number,
  factor: number,
  extent: AxisExtent,
  fit: number,
  largest: number,
): AxisView {
  const scale = Math.max(fit, Math.min(Math.max(fit, largest), view.scale * factor));
  return clampAxis({ scale, first: view.first + at / view.scale - at / scale }, extent);
}

export function panAxis(view: AxisView, pixels: number, extent: AxisExtent): AxisView {
  return clampAxis({ scale: view.scale, first: view.first - pixels / view.scale }, extent);
}

/** Shows these cells, with some room around, as near as `largest` allows. */
export function showStretch({ from, to }: Stretch, extent: AxisExtent, fit: number, largest: number): AxisView {
  const room = Math.max(1, (to - from) * 0.15);
  const scale = Math.max(fit, Math.min(Math.max(fit, largest), extent.pixels / (to - from + 2 * room)));
  return clampAxis({ scale, first: (from + to) / 2 - extent.pixels / scale / 2 }, extent);
}

/** The least movement that brings a cell into view. */
export function revealCell(view: AxisView, cell: number, extent: AxisExtent): AxisView {
  const shown = extent.pixels / view.scale;
  const first = cell < view.first ? cell : cell + 1 > view.first + shown ? cell + 1 - shown : view.first;
  return clampAxis({ scale: view.scale, first }, extent);
}

function clampAxis(view: AxisView, { cells, pixels }: AxisExtent): AxisView {
  return { scale: view.scale, first: Math.max(0, Math.min(cells - pixels / view.scale, view.first)) };
}

export function visibleCells({ first, scale }: AxisView, { cells, pixels }: AxisExtent): Stretch {
  return {
    from: Math.max(0, Math.floor(first + 1e-9)),
    to: Math.min(cells, Math.ceil(first + pixels / scale - 1e-9)),
  };
}

export function cellAt({ first, scale }: AxisView, pixel: number, { cells }: AxisExtent): number | undefined {
  const cell = Math.floor(first + pixel / scale);
  return cell >= 0 && cell < cells ? cell : undefined;
}

export const pixelOf = ({ first, scale }: AxisView, cell: number) => (cell - first) * scale;
