import type { Stretch } from "../props.ts";
import { mix } from "../shared/colour.ts";
import { fitText, measureIn } from "../shared/fit-text.ts";
import { pixelOf } from "./axis-view.ts";
import { fontOf } from "./draw-headers.ts";
import { plotOf, type FleetScene } from "./fleet-scene.ts";

export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

export interface Marks {
  readonly hovered: CellPlace | undefined;
  readonly selected: CellPlace | undefined;
  readonly cursor: CellPlace | undefined;
  readonly brush: { readonly rows?: Stretch | undefined; readonly columns?: Stretch | undefined } | undefined;
}

/** What moves with the pointer, above the map: cross-hair, selection, brush. */
export function drawMarks(context: CanvasRenderingContext2D, scene: FleetScene, marks: Marks): void {
  const { palette } = scene;
  const plot = plotOf(scene);
  if (marks.brush !== undefined) drawBrush(context, scene, marks.brush);
  context.save();
  context.beginPath();
  context.rect(plot.x - 3, plot.y - 3, plot.width + 6, plot.height + 6);
  context.clip();
  if (marks.hovered !== undefined) crossHair(context, scene, marks.hovered);
  if (marks.selected !== undefined) outline(context, scene, marks.selected, palette.accent, 2.5);
  if (marks.cursor !== undefined) outline(context, scene, marks.cursor, palette.focus, 2);
  if (marks.hovered !== undefined) outline(context, scene, marks.hovered, palette.text, 1.5);
  context.restore();
  const said = marks.hovered ?? marks.cursor;
  if (said !== undefined) sayLabels(context, scene, said);
}

function crossHair(context: CanvasRenderingContext2D, scene: FleetScene, { row, column }: CellPlace): void {
  const plot = plotOf(scene);
  const x = plot.x + pixelOf(scene.columns, column);
  const y = plot.y + pixelOf(scene.rows, row);
  context.fillStyle = scene.palette.text;
  context.globalAlpha = scene.palette.dark ? 0.1 : 0.08;
  const [width, height] = [Math.max(1, scene.columns.scale), Math.max(1, scene.rows.scale)];
  context.fillRect(plot.x, y, x - plot.x, height);
  context.fillRect(x + width, y, plot.x + plot.width - x - width, height);
  context.fillRect(x, plot.y, width, y - plot.y);
  context.fillRect(x, y + height, width, plot.y + plot.height - y - height);
  context.globalAlpha = 1;
}

/** Around the cell; never so small that it could not be seen. */
function outline(
  context: CanvasRenderingContext2D,
  scene: FleetScene,
  { row, column }: CellPlace,
  colour: string,
  width: number,
): void {
  const plot = plotOf(scene);
  const wide = Math.max(5, scene.columns.scale - 1);
  const high = Math.max(5, scene.rows.scale - 1);
  const x = plot.x + pixelOf(scene.columns, column) + (scene.columns.scale - 1 - wide) / 2;
  const y = plot.y + pixelOf(scene.rows, row) + (scene.rows.scale - 1 - high) / 2;
  context.beginPath();
  context.roundRect(
    Math.round(x) - 1,
    Math.round(y) - 1,
    Math.round(wide) + 2,
    Math.round(high) + 2,
    Math.min(5, wide / 4, high / 4) + 1,
  );
  context.strokeStyle = scene.palette.surface;
  context.lineWidth = width + 2;
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}

/** The labels of the row and the column, above whatever the headers show there. */
function sayLabels(context: CanvasRenderingContext2D, scene: FleetScene, { row, column }: CellPlace): void {
  const { sizes, rowDimensions, columnDimensions, rows, columns } = scene;
  const plot = plotOf(scene);
  context.font = fontOf(scene, true).replace("400", "600");
  context.textBaseline = "middle";
  const measure = measureIn(context);
  const rowText = scene.labels.at("rows", row)?.[rowDimensions.length - 1];
  if (rowText !== undefined) {
    const width = sizes.rows.at(-1)!;
    const y = clamp(plot.y + pixelOf(rows, row + 0.5), plot.y + 7, plot.y + plot.height - 7);
    chip(context, scene, plot.x - width, y - 8, width - 3, 16);
    context.textAlign = "left";
    context.fillText(fitText(rowText, width - 10, measure), plot.x - width + 4, y + 0.5);
  }
  const columnText = scene.labels.at("columns", column)?.[columnDimensions.length - 1];
  if (columnText !== undefined) {
    const text = fitText(columnText, 200, measure);
    const width = measure(text) + 10;
    const x = clamp(
      plot.x + pixelOf(columns, column + 0.5),
      plot.x + width / 2 - 6,
      plot.x + plot.width - width / 2 + 6,
    );
    chip(context, scene, x - width / 2, plot.y - 20, width, 17);
    context.textAlign = "center";
    context.fillText(text, x, plot.y - 11);
  }
}

function chip(
  context: CanvasRenderingContext2D,
  { palette }: FleetScene,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  context.fillStyle = mix(palette.surface, palette.text, 0.14);
  context.beginPath();
  context.roundRect(x, y, width, height, 4);
  context.fill();
  context.fillStyle = palette.text;
}

function drawBrush(
  context: CanvasRenderingContext2D,
  scene: FleetScene,
  { rows, columns }: NonNullable<Marks["brush"]>,
): void {
  const plot = plotOf(scene);
  const across =
    columns === undefined
      ? [0, plot.width]
      : [pixelOf(scene.columns, columns.from), pixelOf(scene.columns, columns.to)];
  const down = rows === undefined ? [0, plot.height] : [pixelOf(scene.rows, rows.from), pixelOf(scene.rows, rows.to)];
  const x = plot.x + clamp(across[0]!, 0, plot.width);
  const y = plot.y + clamp(down[0]!, 0, plot.height);
  const width = plot.x + clamp(across[1]!, 0, plot.width) - x;
  const height = plot.y + clamp(down[1]!, 0, plot.height) - y;
  context.fillStyle = scene.palette.accent;
  context.globalAlpha = 0.2;
  context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
  context.strokeStyle = scene.palette.accent;
  context.lineWidth = 1.5;
  context.strokeRect(x, y, width, height);
}

const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value));
