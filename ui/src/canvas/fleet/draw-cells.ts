import { inkOn } from "../shared/colour.ts";
import { measured } from "../shared/format.ts";
import { pixelOf } from "./axis-view.ts";
import { cellSprites, spriteOf } from "./cell-sprites.ts";
import { numberMarks, numberOf } from "./decode-tile.ts";
import { plotOf, seenCells, type FleetScene } from "./fleet-scene.ts";
import { shareOf } from "./number-scale.ts";
import { paintTile, type Tile } from "./tile.ts";

/** From these sizes on, in CSS pixels: lines between cells; cells with corners and marks; numbers written out. */
const linesAt = 5;
const marksAt = 10;
const numbersAt = { width: 42, height: 15 };
const mostMarks = 9_000;

export function drawCells(context: CanvasRenderingContext2D, scene: FleetScene): void {
  const plot = plotOf(scene);
  context.save();
  context.beginPath();
  context.rect(plot.x, plot.y, plot.width, plot.height);
  context.clip();
  context.translate(plot.x, plot.y);
  const smallest = Math.min(scene.rows.scale, scene.columns.scale);
  const single = smallest >= marksAt ? scene.tiles.findLast((tile) => showsEachCell(tile, scene)) : undefined;
  if (single !== undefined && single.by === "state") drawStates(context, scene, single);
  else {
    context.imageSmoothingEnabled = false;
    for (const tile of scene.tiles) drawPixels(context, scene, tile);
    if (smallest >= linesAt) drawLines(context, scene);
    if (single !== undefined) drawNumbers(context, scene, single);
  }
  context.restore();
}

function showsEachCell(tile: Tile, scene: FleetScene): boolean {
  const { rows, columns } = seenCells(scene);
  return (
    tile.across === tile.width &&
    tile.down === tile.height &&
    tile.top <= rows.from &&
    tile.left <= columns.from &&
    tile.top + tile.height >= rows.to &&
    tile.left + tile.width >= columns.to &&
    (rows.to - rows.from) * (columns.to - columns.from) <= mostMarks
  );
}

function drawPixels(context: CanvasRenderingContext2D, scene: FleetScene, tile: Tile): void {
  const pixels = tile.by === "state" ? scene.statePixels : scene.numbers?.pixelsFor(tile);
  if (pixels === undefined) return;
  const seen = seenCells(scene);
  const left = Math.max(tile.left, seen.columns.from);
  const right = Math.min(tile.left + tile.width, seen.columns.to);
  const top = Math.max(tile.top, seen.rows.from);
  const bottom = Math.min(tile.top + tile.height, seen.rows.to);
  if (right <= left || bottom <= top) return;
  const perColumn = tile.across / tile.width;
  const perRow = tile.down / tile.height;
  context.drawImage(
    paintTile(tile, pixels),
    (left - tile.left) * perColumn,
    (top - tile.top) * perRow,
    (right - left) * perColumn,
    (bottom - top) * perRow,
    pixelOf(scene.columns, left),
    pixelOf(scene.rows, top),
    (right - left) * scene.columns.scale,
    (bottom - top) * scene.rows.scale,
  );
}

/** Gaps between the cells, drawn over them. */
function drawLines(context: CanvasRenderingContext2D, scene: FleetScene): void {
  const { rows, columns } = seenCells(scene);
  const plot = plotOf(scene);
  context.fillStyle = scene.palette.surface;
  for (let row = rows.from + 1; row <= rows.to; row++) {
    context.fillRect(0, Math.round(pixelOf(scene.rows, row)) - 1, plot.width, 1);
  }
  for (let column = columns.from + 1; column <= columns.to; column++) {
    context.fillRect(Math.round(pixelOf(scene.columns, column)) - 1, 0, 1, plot.height);
  }
}

function drawStates(context: CanvasRenderingContext2D, scene: FleetScene, tile: Tile): void {
  const { rows, columns } = seenCells(scene);
  const [width, height] = [Math.floor(scene.columns.scale), Math.floor(scene.rows.scale)];
  const { image, ratio } = cellSprites(width, height, scene.ratio, scene.palette);
  const [wide, high] = [Math.ceil(width * ratio), Math.ceil(height * ratio)];
  for (let row = rows.from; row < rows.to; row++) {
    const y = Math.round(pixelOf(scene.rows, row));
    const start = (row - tile.top) * tile.across - tile.left;
    for (let column = columns.from; column < columns.to; column++) {
      const sprite = spriteOf(tile.values[start + column]!);
      context.drawImage(
        image,
        sprite * wide,
        0,
        wide,
        high,
        Math.round(pixelOf(scene.columns, column)),
        y,
        width,
        height,
      );
    }
  }
}

/** The numbers themselves, where the cells are large enough. */
function drawNumbers(context: CanvasRenderingContext2D, scene: FleetScene, tile: Tile): void {
  const { palette, numbers, colour } = scene;
  if (numbers === undefined || colour.by !== "number") return;
  if (scene.columns.scale < numbersAt.width || scene.rows.scale < numbersAt.height) return;
  const { rows, columns } = seenCells(scene);
  context.font = `400 10.5px ${palette.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let row = rows.from; row < rows.to; row++) {
    for (let column = columns.from; column < columns.to; column++) {
      const value = tile.values[(row - tile.top) * tile.across + column - tile.left]!;
      if (value > numberMarks.most) continue;
      const number = numberOf(value, tile.about)!;
      const ground = numbers.colours[Math.round(shareOf(number, numbers.range) * (numbers.colours.length - 1))]!;
      context.fillStyle = inkOn(ground);
      context.fillText(
        measured(number, colour.unit === "ms" ? "ms" : undefined),
        pixelOf(scene.columns, column + 0.5),
        pixelOf(scene.rows, row + 0.5),
      );
    }
  }
}
