import { mix } from "../shared/colour.ts";
import { fitText, measureIn } from "../shared/fit-text.ts";
import { pixelOf, type AxisView } from "./axis-view.ts";
import { plotOf, seenCells, type FleetScene } from "./fleet-scene.ts";
import { labelGroups, labelStep, pickInner, type LabelGroup } from "./label-groups.ts";

const rowLine = 12;
const uprightLine = 14;

/** Labels of rows and columns, outer dimensions before inner ones. What does not fit is left out, never crammed. */
export function drawHeaders(context: CanvasRenderingContext2D, scene: FleetScene): void {
  drawRowHeaders(context, scene);
  drawColumnHeaders(context, scene);
  drawNames(context, scene);
}

function groupsOf(scene: FleetScene, axis: "rows" | "columns", level: number, step: number): LabelGroup[] {
  const seen = seenCells(scene)[axis];
  return labelGroups((index) => scene.labels.at(axis, index), seen, level, scene.labels.inFull(seen) ? 1 : step);
}

function drawRowHeaders(context: CanvasRenderingContext2D, scene: FleetScene): void {
  const { palette, rows, sizes, rowDimensions } = scene;
  const plot = plotOf(scene);
  // Labels that stand for several rows stand further apart than those of neighbours.
  const step = rows.scale >= rowLine ? 1 : labelStep(rows.scale, rowLine + 5);
  scene.labels.want("rows", seenCells(scene).rows, step);
  context.save();
  context.beginPath();
  context.rect(0, plot.y, plot.x, plot.height);
  context.clip();
  context.textAlign = "left";
  context.textBaseline = "middle";
  let x = 0;
  rowDimensions.forEach((_, level) => {
    const inner = level === rowDimensions.length - 1;
    const width = sizes.rows[level]!;
    context.font = fontOf(scene, inner);
    context.fillStyle = inner ? palette.muted : palette.text;
    const measure = measureIn(context);
    let free = -Infinity;
    for (const group of inner ? innerLabels(scene, "rows", step) : groupsOf(scene, "rows", level, step)) {
      const from = Math.max(0, pixelOf(rows, group.from));
      const to = Math.min(plot.height, pixelOf(rows, group.to));
      if (!inner) bracket(context, scene, { x: x + width - 8, y: plot.y + from, length: to - from, down: true });
      const middle = inner ? pixelOf(rows, group.from + 0.5) : from + Math.min((to - from) / 2, 9);
      if (middle < free + rowLine - 1) continue;
      if ((inner || to - from < 10) && (middle < 5 || middle > plot.height - 5)) continue;
      context.fillText(fitText(group.text, width - 14, measure), x + 4, plot.y + middle + 0.5);
      free = middle;
    }
    x += width;
  });
  context.restore();
}

function drawColumnHeaders(context: CanvasRenderingContext2D, scene: FleetScene): void {
  const { palette, columns, sizes, columnDimensions } = scene;
  const plot = plotOf(scene);
  context.font = fontOf(scene, true);
  const measure = measureIn(context);
  const seen = seenCells(scene).columns;
  const widest = widestLabel(scene, measure);
  const upright = sizes.upright && widest > columns.scale - 4;
  const step = labelStep(columns.scale, upright ? uprightLine : Math.max(18, Math.min(widest, 120) + 8));
  scene.labels.want("columns", seen, step);
  context.save();
  context.beginPath();
  context.rect(plot.x - 10, 0, plot.width + 20, plot.y);
  context.clip();
  let y = plot.y - 4 - sizes.columns.reduce((sum, each) => sum + each, 0);
  columnDimensions.forEach((_, level) => {
    const inner = level === columnDimensions.length - 1;
    const height = sizes.columns[level]!;
    context.font = fontOf(scene, inner);
    context.fillStyle = inner ? palette.muted : palette.text;
    let free = -Infinity;
    for (const group of inner ? innerLabels(scene, "columns", step) : groupsOf(scene, "columns", level, step)) {
      const from = Math.max(0, pixelOf(columns, group.from));
      const to = Math.min(plot.width, pixelOf(columns, group.to));
      if (!inner) {
        bracket(context, scene, { x: plot.x + from, y: y + height - 1, length: to - from, down: false });
        context.textAlign = "left";
        context.textBaseline = "middle";
        free = groupLabel(context, group.text, {
          from,
          to,
          free,
          left: plot.x + 2,
          y: y + height / 2 - 1,
          end: plot.width,
        });
      } else if (upright)
        uprightLabel(context, group, plot.x + pixelOf(columns, group.from + 0.5), y + height, height, measure);
      else
        levelLabel(
          context,
          group.text,
          plot,
          pixelOf(columns, group.from + 0.5),
          y + height - 7,
          columns,
          step,
          measure,
        );
    }
    y += height;
  });
  context.restore();
}

/** Within its group, cut if need be; whole beyond its end where it is short and the next ones give way. Returns where the next may begin. */
function groupLabel(
  context: CanvasRenderingContext2D,
  text: string,
  place: { from: number; to: number; free: number; left: number; y: number; end: number },
): number {
  const { from, to, free, left, y, end } = place;
  const measure = measureIn(context);
  if (from < free) return free;
  const length = measure(text);
  const whole = length <= 60 && from + length <= end;
  context.fillText(whole ? text : fitText(text, to - from - 6, measure), left + from, y);
  return whole ? from + length + 6 : to;
}

/** Innermost labels at every `step`-th cell, counted from where its outer value begins. */
function innerLabels(scene: FleetScene, axis: "rows" | "columns", step: number): LabelGroup[] {
  const seen = seenCells(scene)[axis];
  const level = (axis === "rows" ? scene.rowDimensions : scene.columnDimensions).length - 1;
  return pickInner((index) => scene.labels.at(axis, index), seen, level, { step, inFull: scene.labels.inFull(seen) });
}

function widestLabel(scene: FleetScene, measure: (text: string) => number): number {
  const level = scene.columnDimensions.length - 1;
  const { from, to } = seenCells(scene).columns;
  let most = 0;
  const skip = Math.max(1, Math.floor((to - from) / 60));
  for (let index = from; index < to; index += skip) {
    most = Math.max(most, measure(scene.labels.at("columns", index)?.[level] ?? ""));
  }
  return most;
}

function uprightLabel(
  context: CanvasRenderingContext2D,
  { text }: LabelGroup,
  x: number,
  bottom: number,
  height: number,
  measure: (text: string) => number,
): void {
  context.save();
  context.translate(x, bottom);
  context.rotate(-Math.PI / 2);
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(fitText(text, height - 6, measure), 2, 0.5);
  context.restore();
}

function levelLabel(
  context: CanvasRenderingContext2D,
  text: string,
  plot: { x: number; width: number },
  middle: number,
  y: number,
  columns: AxisView,
  step: number,
  measure: (text: string) => number,
): void {
  const fitted = fitText(text, columns.scale * step - 4, measure);
  const half = measure(fitted) / 2;
  if (middle - half < -10 || middle + half > plot.width + 8) return;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(fitted, plot.x + middle, y);
}

/** Holds a group together. */
function bracket(
  context: CanvasRenderingContext2D,
  { palette }: FleetScene,
  { x, y, length, down }: { x: number; y: number; length: number; down: boolean },
): void {
  if (length < 4) return;
  const colour = context.fillStyle;
  context.fillStyle = mix(palette.line, palette.muted, 0.35);
  if (down) context.fillRect(x, y + 1, 1, length - 3);
  else context.fillRect(x + 1, y, length - 3, 1);
  context.fillStyle = colour;
}

/** The dimensions' names, in the corner where both axes begin. */
function drawNames(
  context: CanvasRenderingContext2D,
  { palette, sizes, rowDimensions, columnDimensions }: FleetScene,
): void {
  context.font = `500 10px ${palette.font}`;
  context.fillStyle = mix(palette.surface, palette.muted, 0.8);
  context.textBaseline = "middle";
  context.textAlign = "left";
  let x = 4;
  rowDimensions.forEach((name, level) => {
    context.fillText(fitText(name, sizes.rows[level]! - 8, measureIn(context)), x, sizes.top - 11);
    x += sizes.rows[level]!;
  });
  if (rowDimensions.length === 0) return;
  context.textAlign = "right";
  let y = sizes.top - 4 - sizes.columns.reduce((sum, each) => sum + each, 0);
  columnDimensions.forEach((name, level) => {
    const last = level === columnDimensions.length - 1;
    // The line of the row dimensions' names is taken where it is as low as theirs.
    const line = y + (last && sizes.upright ? sizes.columns[level]! / 2 : sizes.columns[level]! / 2 - 1);
    if (line < sizes.top - 20)
      context.fillText(fitText(name, sizes.left - 12, measureIn(context)), sizes.left - 8, line);
    y += sizes.columns[level]!;
  });
}

export function fontOf({ palette }: Pick<FleetScene, "palette">, inner: boolean): string {
  return inner ? `400 11px ${palette.mono}` : `600 11px ${palette.mono}`;
}
