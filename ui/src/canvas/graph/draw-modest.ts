import type { GraphStep } from "../props.ts";
import { mix } from "../shared/colour.ts";
import { fitText, measureIn, wrapText } from "../shared/fit-text.ts";
import type { Palette } from "../shared/palette.ts";
import { drawBar } from "./draw-bar.ts";
import { ring, type StepLook } from "./draw-step.ts";
import { environmentName, type GraphModel } from "./graph-model.ts";
import type { Box } from "./layout/layered-graph.ts";

/** A step that only prepares an environment: there, and no more than that. */
export function drawEnvironment(
  context: CanvasRenderingContext2D,
  step: GraphStep,
  box: Box,
  look: StepLook,
  palette: Palette,
): void {
  context.beginPath();
  context.roundRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1, box.height / 2);
  context.fillStyle = mix(palette.surface, palette.raised, 0.5);
  context.fill();
  context.strokeStyle = look.selected ? palette.accent : look.hovered ? palette.muted : palette.line;
  context.lineWidth = look.selected ? 2 : 1;
  context.stroke();
  if (look.focused) ring(context, box, palette.focus, look.scale);
  const size = Math.min(19, Math.max(11.5, 10.5 / look.scale));
  context.textBaseline = "middle";
  context.textAlign = "left";
  if (size * look.scale >= 7) {
    context.font = `500 ${size}px ${palette.font}`;
    context.fillStyle = palette.muted;
    const name = fitText(environmentName(step), box.width - 56, measureIn(context));
    context.fillText(name, box.x + 14, box.y + box.height / 2 + 0.5);
  }
  drawBar(
    context,
    step.counts,
    { x: box.x + box.width - 34, y: box.y + box.height / 2 - 2.5, width: 20, height: 5 },
    palette,
  );
}

/** Steps that the pipeline can have and does not have now, faint, each with its reason. */
export function drawLeftOut(
  context: CanvasRenderingContext2D,
  leftOut: GraphModel["leftOut"],
  scale: number,
  palette: Palette,
): void {
  const first = leftOut[0];
  if (first === undefined) return;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  if (scale >= 0.4) {
    context.font = `500 ${Math.max(11, 9 / scale)}px ${palette.font}`;
    context.fillStyle = palette.faint;
    context.fillText("Left out of this run", first.box.x, first.box.y - 12);
  }
  for (const { box, step, reason } of leftOut) {
    context.beginPath();
    context.roundRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1, 9);
    context.setLineDash([3, 4]);
    context.strokeStyle = mix(palette.line, palette.muted, 0.3);
    context.lineWidth = 1;
    context.stroke();
    context.setLineDash([]);
    const size = scale >= 0.62 ? 12.5 : Math.min(22, 10.5 / scale);
    if (size * scale < 6.5) continue;
    context.font = `500 ${size}px ${palette.font}`;
    context.fillStyle = mix(palette.surface, palette.muted, 0.8);
    context.fillText(fitText(step, box.width - 26, measureIn(context)), box.x + 13, box.y + (scale >= 0.62 ? 21 : 36));
    if (scale < 0.62) continue;
    context.font = `400 10.5px ${palette.font}`;
    context.fillStyle = mix(palette.surface, palette.muted, 0.8);
    wrapText(reason, box.width - 26, 2, measureIn(context)).forEach((line, index) =>
      context.fillText(line, box.x + 13, box.y + 36 + index * 13),
    );
  }
}
