import { mix } from "../shared/colour.ts";
import type { Point } from "../shared/gestures.ts";
import type { Palette } from "../shared/palette.ts";
import type { EdgeShape } from "./edge-shapes.ts";
import type { DrawnEdge, EdgeLook } from "./graph-model.ts";
import { joinGlyphs } from "./join-glyph.ts";

const glyphs = Object.fromEntries(Object.entries(joinGlyphs).map(([look, path]) => [look, new Path2D(path)])) as Record<
  EdgeLook,
  Path2D
>;
const glyphRadius = 9;

export type Emphasis = "usual" | "strong" | "faint";

/** Strong edges are drawn last, so that nothing lies on them. */
export function drawEdges(
  context: CanvasRenderingContext2D,
  edges: readonly DrawnEdge[],
  shapes: readonly EdgeShape[],
  emphasisOf: (edge: number) => Emphasis,
  palette: Palette,
): void {
  for (const level of ["faint", "usual", "strong"] as const) {
    edges.forEach((edge, index) => {
      if (emphasisOf(index) === level) drawEdge(context, edge, shapes[index]!, colourOf(level, palette));
    });
  }
}

export function colourOf(level: Emphasis, { surface, muted, accent, dark }: Palette): string {
  if (level === "strong") return accent;
  return mix(surface, muted, level === "faint" ? 0.22 : dark ? 0.55 : 0.5);
}

function drawEdge(context: CanvasRenderingContext2D, edge: DrawnEdge, shape: EdgeShape, colour: string): void {
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 1.5;
  context.lineJoin = context.lineCap = "round";
  if (shape.ribbon !== undefined) return context.fill(shape.ribbon);
  if (edge.look === "order") context.setLineDash([2, 5]);
  if (shape.strands === undefined || edge.look === "previous") context.stroke(shape.line);
  context.setLineDash([]);
  if (shape.strands !== undefined) {
    context.lineWidth = 1.3;
    context.stroke(shape.strands);
  }
  if (edge.look === "order" || edge.look === "previous" || !edge.many) arrowHead(context, edge, shape);
}

function arrowHead(context: CanvasRenderingContext2D, edge: DrawnEdge, { end }: EdgeShape): void {
  const down = edge.from === edge.to;
  context.beginPath();
  context.moveTo(end.x, end.y);
  context.lineTo(end.x - (down ? 3.5 : 7), end.y - (down ? 7 : 3.5));
  context.lineTo(end.x + (down ? 3.5 : -7), end.y + (down ? -7 : 3.5));
  context.closePath();
  context.fill();
}

/** The glyph of each join, where it does not lie on another one. Text says how many are enough, if not all are needed. */
export function drawGlyphs(
  context: CanvasRenderingContext2D,
  edges: readonly DrawnEdge[],
  shapes: readonly EdgeShape[],
  emphasisOf: (edge: number) => Emphasis,
  palette: Palette,
): void {
  const placed: Point[] = [];
  edges.forEach((edge, index) => {
    const { middle } = shapes[index]!;
    const level = emphasisOf(index);
    if (level !== "strong" && placed.some((other) => Math.hypot(other.x - middle.x, other.y - middle.y) < 21)) return;
    placed.push(middle);
    context.save();
    context.translate(middle.x, middle.y);
    context.fillStyle = palette.surface;
    context.strokeStyle = colourOf(level, palette);
    context.lineWidth = 1;
    context.beginPath();
    context.arc(0, 0, glyphRadius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
    context.strokeStyle = level === "usual" ? palette.muted : colourOf(level, palette);
    context.lineWidth = 1.2;
    context.lineCap = "round";
    // A loop runs backwards above its node.
    if (edge.from === edge.to) context.scale(-1, 1);
    context.stroke(glyphs[edge.look]);
    if (edge.from === edge.to) context.scale(-1, 1);
    if (edge.atLeast < 1) pill(context, `≥ ${Math.round(edge.atLeast * 100)} %`, palette);
    context.restore();
  });
}

function pill(context: CanvasRenderingContext2D, text: string, palette: Palette): void {
  context.font = `500 9.5px ${palette.font}`;
  const width = context.measureText(text).width + 10;
  context.translate(0, 18);
  context.fillStyle = palette.surface;
  context.beginPath();
  context.roundRect(-width / 2, -7, width, 14, 7);
  context.fill();
  context.fillStyle = palette.muted;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, 0, 0.5);
}
