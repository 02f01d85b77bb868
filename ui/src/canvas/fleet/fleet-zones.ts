import type { FleetBrush, Stretch } from "../props.ts";
import type { Drag, Point } from "../shared/gestures.ts";
import { cellAt } from "./axis-view.ts";
import { brushConditions } from "./brush-conditions.ts";
import type { CellPlace } from "./draw-marks.ts";
import { plotOf, seenCells, type FleetScene } from "./fleet-scene.ts";
import { labelGroups } from "./label-groups.ts";

export type Zone = "plot" | "rows" | "columns";

export function zoneAt(scene: FleetScene, { x, y }: Point): Zone | undefined {
  const plot = plotOf(scene);
  const down = y >= plot.y && y <= plot.y + plot.height;
  const across = x >= plot.x && x <= plot.x + plot.width;
  if (down && across) return "plot";
  if (down && x < plot.x) return "rows";
  return across && y < plot.y ? "columns" : undefined;
}

export function placeAt(scene: FleetScene, { x, y }: Point): CellPlace | undefined {
  if (zoneAt(scene, { x, y }) !== "plot") return undefined;
  const row = cellAt(scene.rows, y - scene.sizes.top, scene.rowExtent);
  const column = cellAt(scene.columns, x - scene.sizes.left, scene.columnExtent);
  return row === undefined || column === undefined ? undefined : { row, column };
}

/** The stretches that a drag spans: of rows when it began at their labels, of columns likewise, else of both. */
export function brushOf(scene: FleetScene, zone: Zone, { from, to }: Pick<Drag, "from" | "to">) {
  return {
    rows: zone === "columns" ? undefined : stretchOf(scene, "rows", from.y - scene.sizes.top, to.y - scene.sizes.top),
    columns:
      zone === "rows" ? undefined : stretchOf(scene, "columns", from.x - scene.sizes.left, to.x - scene.sizes.left),
  };
}

function stretchOf(scene: FleetScene, axis: "rows" | "columns", a: number, b: number): Stretch {
  const view = scene[axis];
  const { cells } = axis === "rows" ? scene.rowExtent : scene.columnExtent;
  const cell = (pixel: number) => Math.max(0, Math.min(cells - 1, Math.floor(view.first + pixel / view.scale)));
  return { from: cell(Math.min(a, b)), to: cell(Math.max(a, b)) + 1 };
}

/** The group whose label is at this point. */
export function groupAt(scene: FleetScene, zone: "rows" | "columns", point: Point): Stretch | undefined {
  const across = zone === "rows";
  const index = across
    ? cellAt(scene.rows, point.y - scene.sizes.top, scene.rowExtent)
    : cellAt(scene.columns, point.x - scene.sizes.left, scene.columnExtent);
  if (index === undefined) return undefined;
  const sizes = scene.sizes[zone];
  let from = across ? 0 : scene.sizes.top - 4 - sizes.reduce((sum, size) => sum + size, 0);
  const level = sizes.findIndex((size) => (across ? point.x : point.y) < (from += size));
  if (level < 0 || level === sizes.length - 1) return { from: index, to: index + 1 };
  const all = { from: 0, to: across ? scene.rowExtent.cells : scene.columnExtent.cells };
  // Groups that go on beyond what is in view are known as far as their labels are.
  const known = scene.labels.inFull(all) ? all : seenCells(scene)[zone];
  const group = labelGroups((at) => scene.labels.at(zone, at), known, level).find(
    ({ from: first, to }) => index >= first && index < to,
  );
  return group && { from: group.from, to: group.to };
}

/** With the conditions that say the same, if there are any. */
export function withConditions(scene: FleetScene, { rows, columns }: Omit<FleetBrush, "where">): FleetBrush {
  const conditions = (axis: "rows" | "columns", names: readonly string[], stretch: Stretch | undefined) =>
    stretch === undefined || names.length === 0
      ? []
      : brushConditions(names, (index) => scene.labels.at(axis, index), stretch);
  const down = conditions("rows", scene.rowDimensions, rows);
  const across = conditions("columns", scene.columnDimensions, columns);
  return { rows, columns, where: down === undefined || across === undefined ? undefined : [...down, ...across] };
}
