import type { GraphStep } from "../props.ts";
import { mix } from "../shared/colour.ts";
import { fitText, measureIn, wrapText } from "../shared/fit-text.ts";
import { count, duration } from "../shared/format.ts";
import type { Palette } from "../shared/palette.ts";
import { drawBar } from "./draw-bar.ts";
import { card } from "./graph-model.ts";
import type { Box } from "./layout/layered-graph.ts";

export interface StepLook {
  readonly scale: number;
  readonly selected: boolean;
  readonly hovered: boolean;
  readonly focused: boolean;
}

const radius = 9;
const inset = 14;

/** A card; several tasks are a stack of cards. What it says hangs on how large it is on the screen. */
export function drawStep(
  context: CanvasRenderingContext2D,
  step: GraphStep,
  box: Box,
  look: StepLook,
  palette: Palette,
): void {
  const stack = step.tasks > 1 ? card.stack : 0;
  const front = { ...box, width: box.width - stack, height: box.height - stack };
  const border = look.selected
    ? palette.accent
    : look.hovered
      ? palette.muted
      : mix(palette.line, palette.muted, palette.dark ? 0.36 : 0.25);
  for (let offset = stack; offset > 0; offset -= 3) {
    sheet(
      context,
      { ...front, x: front.x + offset, y: front.y + offset },
      mix(palette.surface, palette.raised, 0.6),
      border,
      1,
    );
  }
  sheet(context, front, palette.raised, border, look.selected ? 2 : 1);
  if (look.focused) ring(context, box, palette.focus, look.scale);
  if (look.scale >= 0.66) fullText(context, step, front, palette);
  else shortText(context, step, front, look.scale, palette);
}

function sheet(context: CanvasRenderingContext2D, box: Box, fill: string, border: string, width: number): void {
  context.beginPath();
  context.roundRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1, radius);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = border;
  context.lineWidth = width;
  context.stroke();
}

export function ring(context: CanvasRenderingContext2D, box: Box, colour: string, scale: number): void {
  const away = 3 + 1 / scale;
  context.beginPath();
  context.roundRect(box.x - away, box.y - away, box.width + 2 * away, box.height + 2 * away, radius + away);
  context.strokeStyle = colour;
  context.lineWidth = 2 / Math.min(1, scale);
  context.stroke();
}

function fullText(context: CanvasRenderingContext2D, step: GraphStep, box: Box, palette: Palette): void {
  const [left, right] = [box.x + inset, box.x + box.width - inset];
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.font = `600 15px ${palette.font}`;
  context.fillStyle = palette.text;
  context.fillText(fitText(step.name, right - left, measureIn(context)), left, box.y + 26);

  context.font = `400 11.5px ${step.by.length === 0 ? palette.font : palette.mono}`;
  context.fillStyle = palette.muted;
  const dimensions = step.by.length === 0 ? "once" : step.by.join(" × ");
  wrapText(dimensions, right - left, 2, measureIn(context)).forEach((line, index) =>
    context.fillText(line, left, box.y + 44 + index * 14),
  );

  drawBar(context, step.counts, { x: left, y: box.y + 67, width: right - left, height: 6 }, palette);
  const failed = step.counts?.failed ?? 0;
  const median = step.medianMs ?? step.expectedMs;
  context.font = `500 12px ${palette.font}`;
  const tasks = { text: tasksInWords(step), colour: palette.text };
  pair(
    context,
    tasks,
    { text: failed === 0 ? "" : `${count(failed)} failed`, colour: palette.states.failed },
    left,
    right,
    box.y + 91,
  );
  context.font = `400 11.5px ${palette.font}`;
  const usual = median === undefined ? "" : `${step.medianMs === undefined ? "≈ " : ""}${duration(median)}`;
  pair(
    context,
    { text: step.on, colour: palette.muted },
    { text: usual, colour: palette.muted },
    left,
    right,
    box.y + 107,
  );
}

interface Said {
  readonly text: string;
  readonly colour: string;
}

/** One at the left, one at the right; the left one gives way. */
function pair(context: CanvasRenderingContext2D, one: Said, other: Said, left: number, right: number, y: number): void {
  const measure = measureIn(context);
  context.fillStyle = one.colour;
  context.fillText(fitText(one.text, right - left - measure(other.text) - 6, measure), left, y);
  context.fillStyle = other.colour;
  context.textAlign = "right";
  context.fillText(other.text, right, y);
  context.textAlign = "left";
}

/** `399 tasks`, or `217 / 399` while it is on the way. */
function tasksInWords({ counts, tasks }: GraphStep): string {
  if (tasks === 1) return "1 task";
  if (counts === undefined) return `${count(tasks)} tasks`;
  const open = counts.waiting + counts.ready + counts.active + counts.backoff;
  return open === 0 ? `${count(tasks)} tasks` : `${count(tasks - open)} / ${count(tasks)}`;
}

/** From afar: the name as large as can be read, and the bar. */
function shortText(
  context: CanvasRenderingContext2D,
  step: GraphStep,
  box: Box,
  scale: number,
  palette: Palette,
): void {
  const size = Math.min(30, Math.max(14, 11.5 / scale));
  const pad = scale < 0.3 ? 8 : 13;
  const barHeight = Math.min(16, Math.max(8, 5 / scale));
  context.font = `600 ${size}px ${palette.font}`;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.fillStyle = palette.text;
  if (size * scale >= 7) {
    const lines = wrapText(step.name, box.width - 2 * pad, 2, measureIn(context));
    lines.forEach((line, index) => context.fillText(line, box.x + pad, box.y + pad + size * (0.85 + index * 1.15)));
    if (lines.length === 1 && scale >= 0.3)
      tasksLine(context, step, box, { size: 10 / scale, pad, y: box.y + pad + size * 2.05 }, palette);
  }
  drawBar(
    context,
    step.counts,
    { x: box.x + pad, y: box.y + box.height - pad - barHeight, width: box.width - 2 * pad, height: barHeight },
    palette,
  );
}

function tasksLine(
  context: CanvasRenderingContext2D,
  step: GraphStep,
  box: Box,
  { size, pad, y }: { size: number; pad: number; y: number },
  palette: Palette,
): void {
  context.font = `500 ${size}px ${palette.font}`;
  const failed = step.counts?.failed ?? 0;
  const text = failed === 0 ? tasksInWords(step) : `${count(failed)} failed`;
  context.fillStyle = failed === 0 ? palette.muted : palette.states.failed;
  context.fillText(fitText(text, box.width - 2 * pad, measureIn(context)), box.x + pad, y);
}
