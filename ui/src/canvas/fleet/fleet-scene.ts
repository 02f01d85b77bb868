import type { FleetColour, Stretch } from "../props.ts";
import type { Palette } from "../shared/palette.ts";
import { fitAxis, pixelOf, visibleCells, type AxisExtent, type AxisView } from "./axis-view.ts";
import type { NumberLook } from "./cell-colours.ts";
import type { HeaderSizes } from "./header-sizes.ts";
import type { LabelStore } from "./label-store.ts";
import type { Tile } from "./tile.ts";

/** Everything that a drawing of the heat-map is made from. */
export interface FleetScene {
  readonly palette: Palette;
  readonly sizes: HeaderSizes;
  readonly rows: AxisView;
  readonly columns: AxisView;
  readonly rowExtent: AxisExtent;
  readonly columnExtent: AxisExtent;
  readonly rowDimensions: readonly string[];
  readonly columnDimensions: readonly string[];
  readonly labels: LabelStore;
  /** Those to draw, the later ones over the earlier ones. */
  readonly tiles: readonly Tile[];
  readonly statePixels: Uint32Array;
  readonly numbers: NumberLook | undefined;
  readonly colour: FleetColour;
  readonly ratio: number;
}

export const largestCell = { width: 120, height: 44 };
const fitLargest = { width: 112, height: 40 };
const margin = 10;

export interface Fit {
  readonly rows: AxisView;
  readonly columns: AxisView;
  readonly rowExtent: AxisExtent;
  readonly columnExtent: AxisExtent;
}

/** How all of it fits beside the headers. Cells that can be told apart do not become ribbons. */
export function fitFleet(
  cells: { readonly height: number; readonly width: number },
  room: { readonly width: number; readonly height: number },
  headers: { readonly left: number; readonly top: number },
): Fit {
  const rowExtent = { cells: cells.height, pixels: Math.max(1, room.height - headers.top - margin) };
  const columnExtent = { cells: cells.width, pixels: Math.max(1, room.width - headers.left - margin) };
  const [down, across] = [rowExtent.pixels / cells.height, columnExtent.pixels / cells.width];
  const rows = fitAxis(rowExtent, Math.min(fitLargest.height, Math.max(8, across * 3)));
  const columns = fitAxis(columnExtent, Math.min(fitLargest.width, Math.max(8, down * 6)));
  return { rows, columns, rowExtent, columnExtent };
}

/** The rectangle of all cells on the screen, as far as it is in view. */
export function plotOf({
  sizes,
  rows,
  columns,
  rowExtent,
  columnExtent,
}: Pick<FleetScene, "sizes" | "rows" | "columns" | "rowExtent" | "columnExtent">) {
  return {
    x: sizes.left,
    y: sizes.top,
    width: Math.min(columnExtent.pixels, pixelOf(columns, columnExtent.cells)),
    height: Math.min(rowExtent.pixels, pixelOf(rows, rowExtent.cells)),
  };
}

export function seenCells(scene: Pick<FleetScene, "rows" | "columns" | "rowExtent" | "columnExtent">): {
  rows: Stretch;
  columns: Stretch;
} {
  return {
    rows: visibleCells(scene.rows, scene.rowExtent),
    columns: visibleCells(scene.columns, scene.columnExtent),
  };
}
