import { mix } from "../shared/colour.ts";
import { fitText, measureIn } from "../shared/fit-text.ts";
import { duration } from "../shared/format.ts";
import type { Size } from "../shared/use-drawing.ts";
import { clockTicks, elapsedTicks } from "./time-ticks.ts";
import { axisHeight, gutter, plotWidth, xOf, type TimelineScene } from "./timeline-scene.ts";

/** Two scales: the viewer's clock above, time since the start below; the lines through the lanes are the latter's. */
export function drawAxis(context: CanvasRenderingContext2D, scene: TimelineScene, { width, height }: Size): void {
  const { palette, range, startedAt, timeZone } = scene;
  const pixels = plotWidth(width);
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.font = `500 10px ${palette.font}`;
  context.fillStyle = mix(palette.surface, palette.muted, 0.8);
  context.fillText("clock", 4, 10);
  context.fillText("elapsed", 4, 27);

  context.font = `500 11px ${palette.font}`;
  const measure = measureIn(context);
  let free = -Infinity;
  let day: string | undefined;
  for (const tick of clockTicks({ ...range, pixels, timeZone })) {
    day = tick.day ?? day;
    const text = day === undefined ? tick.label : `${day}, ${tick.label}`;
    const left = placeLabel(xOf(scene, tick.at, width), measure(text), free, width);
    if (left === undefined) continue;
    context.fillStyle = day === undefined ? palette.muted : palette.text;
    context.fillText(text, left, 10);
    free = left + measure(text) + 14;
    day = undefined;
  }
  free = -Infinity;
  for (const at of elapsedTicks(startedAt, range.from, range.to, pixels)) {
    const x = Math.round(xOf(scene, at, width));
    context.fillStyle = mix(palette.surface, palette.line, 0.75);
    context.fillRect(x, axisHeight - 4, 1, height);
    const text = duration(at - startedAt);
    const left = placeLabel(x, measure(text), free, width);
    if (left === undefined) continue;
    context.fillStyle = palette.muted;
    context.fillText(text, left, 27);
    free = left + measure(text) + 12;
  }
  context.fillStyle = palette.line;
  context.fillRect(0, axisHeight - 1, width, 1);
}

/** Above its tick; at the very beginning beside it; nowhere where it would stand apart from its tick or on another label. */
function placeLabel(x: number, length: number, free: number, width: number): number | undefined {
  const left = x < gutter + 3 ? gutter : x - length / 2;
  return left < Math.max(gutter - 6, free) || left + length > width ? undefined : left;
}

/** The longest chain, one bar for each task on it. What lies between two of them is waiting. */
export function drawCriticalPath(context: CanvasRenderingContext2D, scene: TimelineScene, { width }: Size): void {
  const { palette, timeline } = scene;
  if (timeline.criticalPath.length === 0) return;
  const y = axisHeight + 4;
  context.font = `600 11px ${palette.font}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.fillStyle = palette.accent;
  context.fillText("critical path", 4, y + 9);
  context.save();
  context.beginPath();
  context.rect(gutter, axisHeight, plotWidth(width) + 2, 26);
  context.clip();
  const chain = timeline.criticalPath.toReversed();
  chain.forEach(({ ref, startedAt, endedAt }, index) => {
    const from = xOf(scene, startedAt, width);
    const to = Math.max(from + 2, xOf(scene, endedAt, width));
    if (index > 0) {
      context.fillStyle = mix(palette.surface, palette.accent, 0.5);
      const before = xOf(scene, chain[index - 1]!.endedAt, width);
      if (from > before) context.fillRect(before, y + 8.5, from - before, 1.5);
    }
    context.fillStyle = mix(palette.surface, palette.accent, palette.dark ? 0.34 : 0.2);
    context.beginPath();
    context.roundRect(from + 0.5, y, to - from - 1, 18, Math.min(4, (to - from) / 3));
    context.fill();
    context.strokeStyle = mix(palette.surface, palette.accent, 0.7);
    context.lineWidth = 1;
    context.stroke();
    context.fillStyle = palette.text;
    context.font = `500 10.5px ${palette.font}`;
    const visible = Math.max(from, gutter);
    context.fillText(fitText(stepOf(ref), to - visible - 12, measureIn(context)), visible + 6, y + 9.5);
  });
  context.restore();
}

export const stepOf = (ref: string) => ref.split("[", 1)[0]!;
