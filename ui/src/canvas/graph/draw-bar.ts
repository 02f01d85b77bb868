import { mix } from "../shared/colour.ts";
import type { Palette } from "../shared/palette.ts";
import type { StateCounts } from "../shared/states.ts";
import { barSegments } from "./bar-segments.ts";
import type { Box } from "./layout/layered-graph.ts";

/** The states of a step's tasks, side by side in one bar. What is still to come is an empty groove. */
export function drawBar(
  context: CanvasRenderingContext2D,
  counts: StateCounts | undefined,
  box: Box,
  palette: Palette,
): void {
  context.save();
  context.beginPath();
  context.roundRect(box.x, box.y, box.width, box.height, box.height / 2);
  context.clip();
  context.fillStyle = mix(palette.raised, palette.muted, palette.dark ? 0.22 : 0.18);
  context.fillRect(box.x, box.y, box.width, box.height);
  if (counts !== undefined) {
    const gap = box.height * 0.16;
    for (const { state, from, to } of barSegments(counts, box.width, box.height * 0.7)) {
      if (state === "waiting") continue;
      context.fillStyle = palette.raised;
      context.fillRect(box.x + from, box.y, to - from, box.height);
      context.fillStyle = palette.states[state];
      context.fillRect(box.x + from, box.y, to - from - (to < box.width - 0.5 ? gap : 0), box.height);
    }
  }
  context.restore();
}
