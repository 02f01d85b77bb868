import { mix } from "../shared/colour.ts";
import { pixelOf } from "./axis-view.ts";
import { plotOf, seenCells, type FleetScene } from "./fleet-scene.ts";
import { labelGroups } from "./label-groups.ts";

/** Groups narrower than this are not told apart in the map. */
const narrowest = 14;

/** A wider gap where an outer value ends, so that the map shows its structure without its labels. */
export function drawGroups(context: CanvasRenderingContext2D, scene: FleetScene): void {
  const plot = plotOf(scene);
  for (const axis of ["rows", "columns"] as const) {
    const seen = seenCells(scene)[axis];
    const dimensions = axis === "rows" ? scene.rowDimensions : scene.columnDimensions;
    if (dimensions.length < 2 || !scene.labels.inFull(seen)) continue;
    const view = scene[axis];
    const outer = dimensions.length - 2;
    const ends = labelGroups((index) => scene.labels.at(axis, index), seen, outer).map(({ to }) => to);
    if (ends.length === 0 || ((seen.to - seen.from) / ends.length) * view.scale < narrowest) continue;
    // Cells with corners are not cut: a line in the gap between them does it.
    const cells = Math.min(scene.rows.scale, scene.columns.scale) >= 10;
    const width = cells || view.scale < 3 ? 1 : view.scale >= 8 ? 3 : 2;
    context.fillStyle = cells ? mix(scene.palette.line, scene.palette.muted, 0.7) : scene.palette.surface;
    for (const end of ends.slice(0, -1)) {
      const at = Math.round(pixelOf(view, end)) - width;
      if (axis === "rows") context.fillRect(plot.x, plot.y + at, plot.width, width);
      else context.fillRect(plot.x + at, plot.y, width, plot.height);
    }
  }
}
