import { mix } from "../shared/colour.ts";
import { fitText, measureIn } from "../shared/fit-text.ts";
import { count } from "../shared/format.ts";
import type { Size } from "../shared/use-drawing.ts";
import { drawAxis, drawCriticalPath } from "./draw-axis.ts";
import { drawBins } from "./draw-bins.ts";
import { drawSpans } from "./draw-spans.ts";
import type { PlacedLane } from "./lane-layout.ts";
import { gutter, lanesTop, plotWidth, type TimelineScene } from "./timeline-scene.ts";

export function drawTimeline(context: CanvasRenderingContext2D, scene: TimelineScene, size: Size): void {
  const { width, height } = size;
  const { palette, lanes, scroll } = scene;
  drawAxis(context, scene, size);
  drawCriticalPath(context, scene, size);
  const top = lanesTop(scene);
  context.save();
  context.beginPath();
  context.rect(0, top, width, height - top);
  context.clip();
  for (const lane of lanes) {
    const y = top + lane.top - scroll;
    if (y + lane.height < top || y > height) continue;
    context.fillStyle = mix(palette.surface, palette.line, 0.8);
    context.fillRect(0, y + lane.height - 1, width, 1);
    drawTitle(context, scene, lane, Math.max(y, Math.min(top, y + lane.height - 34)));
    context.save();
    context.beginPath();
    context.rect(gutter, Math.max(top, y), plotWidth(width) + 2, lane.height);
    context.clip();
    context.translate(0, y);
    if (lane.bins === undefined) drawSpans(context, scene, lane, width);
    else drawBins(context, scene, lane, width);
    context.restore();
  }
  context.restore();
}

/** Stays in view as long as its lane does. */
function drawTitle(context: CanvasRenderingContext2D, { palette }: TimelineScene, lane: PlacedLane, y: number): void {
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.font = `600 12px ${palette.font}`;
  context.fillStyle = palette.text;
  context.fillText(fitText(lane.title, gutter - 16, measureIn(context)), 4, y + 14);
  if (lane.bins === undefined) return;
  context.font = `400 10.5px ${palette.font}`;
  context.fillStyle = palette.muted;
  const waiting = lane.peak.waiting >= 0.5 ? `, ${count(lane.peak.waiting)} waiting` : "";
  context.fillText(`at most ${count(Math.ceil(lane.peak.busy))} at once${waiting}`, 4, y + 31);
}
