import type { FleetWindow, Stretch } from "../props.ts";

/** What is on the screen: cells, and how many screen pixels each has. */
export interface Looked {
  readonly rows: Stretch;
  readonly columns: Stretch;
  readonly pixelsPerRow: number;
  readonly pixelsPerColumn: number;
}

export interface Shape {
  readonly height: number;
  readonly width: number;
}

/** Loaded beyond what is seen on each side, so that small movements need nothing new. */
const margin = 0.35;
const mostValues = 4_096;

/** How many cells go into one value: none when a cell has a pixel of its own. */
export function gathered(pixelsPerCell: number): number {
  return Math.max(1, Math.ceil(1 / pixelsPerCell - 1e-6));
}

export function wholeWindow(shape: Shape, looked: Looked): FleetWindow {
  return windowOf({ from: 0, to: shape.height }, { from: 0, to: shape.width }, looked);
}

/** The part that is looked at and some more around, cut where values begin. */
export function wantedWindow(shape: Shape, looked: Looked): FleetWindow {
  return windowOf(
    widen(looked.rows, shape.height, gathered(looked.pixelsPerRow)),
    widen(looked.columns, shape.width, gathered(looked.pixelsPerColumn)),
    looked,
  );
}

function widen({ from, to }: Stretch, cells: number, unit: number): Stretch {
  const more = Math.ceil((to - from) * margin);
  return {
    from: Math.max(0, Math.floor((from - more) / unit) * unit),
    to: Math.min(cells, Math.ceil((to + more) / unit) * unit),
  };
}

function windowOf(rows: Stretch, columns: Stretch, looked: Looked): FleetWindow {
  const values = (cells: number, pixels: number) =>
    Math.max(1, Math.min(mostValues, Math.ceil(cells / gathered(pixels))));
  const [height, width] = [rows.to - rows.from, columns.to - columns.from];
  return {
    left: columns.from,
    top: rows.from,
    width,
    height,
    across: values(width, looked.pixelsPerColumn),
    down: values(height, looked.pixelsPerRow),
  };
}

/** Whether a tile shows all that is looked at as finely as the screen can, and no finer (gathering is the server's). */
export function suffices(tile: FleetWindow, { rows, columns, pixelsPerRow, pixelsPerColumn }: Looked): boolean {
  const covers =
    tile.top <= rows.from &&
    tile.left <= columns.from &&
    tile.top + tile.height >= rows.to &&
    tile.left + tile.width >= columns.to;
  const as = (cells: number, values: number, pixels: number) =>
    values >= Math.min(mostValues, Math.ceil(cells / gathered(pixels))) &&
    (cells === values ? gathered(pixels) === 1 : true);
  return covers && as(tile.width, tile.across, pixelsPerColumn) && as(tile.height, tile.down, pixelsPerRow);
}
