import { mix } from "../shared/colour.ts";
import type { Point } from "../shared/gestures.ts";
import type { Size } from "../shared/use-drawing.ts";
import { seenCells, type FleetScene } from "./fleet-scene.ts";
import { paintTile, type Tile } from "./tile.ts";

const largest = 132;
const margin = 14;

/** Where the whole is shown small, or undefined when it is in view anyway. */
export function minimapBox(scene: FleetScene, { width, height }: Pick<Size, "width" | "height">) {
  const { rows, columns } = seenCells(scene);
  const all = rows.to - rows.from >= scene.rowExtent.cells && columns.to - columns.from >= scene.columnExtent.cells;
  if (all || width < 420 || height < 260) return undefined;
  const ratio = Math.max(0.3, Math.min(3, scene.rowExtent.cells / scene.columnExtent.cells));
  const wide = ratio > 1 ? largest / ratio : largest;
  const high = ratio > 1 ? largest : largest * ratio;
  return { x: width - wide - margin, y: height - high - margin, width: wide, height: high };
}

export function drawMinimap(
  context: CanvasRenderingContext2D,
  scene: FleetScene,
  size: Size,
  whole: Tile | undefined,
): void {
  const box = minimapBox(scene, size);
  const pixels = whole && (whole.by === "state" ? scene.statePixels : scene.numbers?.pixelsFor(whole));
  if (box === undefined || whole === undefined || pixels === undefined) return;
  const { palette } = scene;
  context.beginPath();
  context.roundRect(box.x - 5, box.y - 5, box.width + 10, box.height + 10, 7);
  context.fillStyle = palette.raised;
  context.fill();
  context.strokeStyle = mix(palette.line, palette.muted, 0.3);
  context.lineWidth = 1;
  context.stroke();
  context.imageSmoothingEnabled = true;
  context.drawImage(paintTile(whole, pixels), box.x, box.y, box.width, box.height);
  const { rows, columns } = seenCells(scene);
  const x = box.x + (columns.from / scene.columnExtent.cells) * box.width;
  const y = box.y + (rows.from / scene.rowExtent.cells) * box.height;
  const width = Math.max(4, ((columns.to - columns.from) / scene.columnExtent.cells) * box.width);
  const height = Math.max(4, ((rows.to - rows.from) / scene.rowExtent.cells) * box.height);
  context.fillStyle = palette.surface;
  context.globalAlpha = 0.55;
  context.beginPath();
  context.rect(box.x, box.y, box.width, box.height);
  context.rect(x, y, width, height);
  context.fill("evenodd");
  context.globalAlpha = 1;
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.5;
  context.strokeRect(x, y, width, height);
}

/** The cell in the middle of what somebody points at in the minimap. */
export function minimapCell(scene: FleetScene, size: Pick<Size, "width" | "height">, { x, y }: Point) {
  const box = minimapBox(scene, size);
  if (box === undefined || x < box.x || y < box.y || x > box.x + box.width || y > box.y + box.height) return undefined;
  return {
    row: ((y - box.y) / box.height) * scene.rowExtent.cells,
    column: ((x - box.x) / box.width) * scene.columnExtent.cells,
  };
}
