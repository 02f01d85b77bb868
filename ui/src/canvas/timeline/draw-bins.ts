import { mix } from "../shared/colour.ts";
import type { PlacedLane } from "./lane-layout.ts";
import { hatch, phaseTone } from "./phase-colours.ts";
import { xOf, type TimelineScene } from "./timeline-scene.ts";

/** Shares of the lane's height. */
const shares = { above: 0.6, below: 0.25, baseline: 0.67 };

/**
 * Above the line what is at work, stacked; below it, hanging and hatched, what waits. Each has a scale of its own, for the
 * thousands that wait would else flatten the sixteen that work.
 */
export function drawBins(
  context: CanvasRenderingContext2D,
  scene: TimelineScene,
  { bins, peak, height }: PlacedLane,
  width: number,
): void {
  if (bins === undefined) return;
  const { palette, timeline } = scene;
  const baseline = Math.round(height * shares.baseline);
  const [above, below] = [height * shares.above, height * shares.below];
  const count = bins.working.length;
  const left = xOf(scene, timeline.from, width);
  const step = (xOf(scene, timeline.to, width) - left) / count;
  const area = (base: (bin: number) => number, top: (bin: number) => number): void => {
    context.beginPath();
    for (let bin = 0; bin < count; bin++) {
      context.lineTo(left + bin * step, top(bin));
      context.lineTo(left + (bin + 1) * step, top(bin));
    }
    for (let bin = count - 1; bin >= 0; bin--) {
      context.lineTo(left + (bin + 1) * step, base(bin));
      context.lineTo(left + bin * step, base(bin));
    }
    context.closePath();
    context.fill();
  };
  const busy = peak.busy === 0 ? 0 : above / peak.busy;
  const working = (bin: number) => baseline - bins.working[bin]! * busy;
  const saving = (bin: number) => working(bin) - bins.saving[bin]! * busy;
  const starting = (bin: number) => saving(bin) - bins.starting[bin]! * busy;
  const base = palette.states.active;
  context.fillStyle = phaseTone("working", base, palette);
  area(() => baseline, working);
  context.fillStyle = phaseTone("saving", base, palette);
  area(working, saving);
  context.fillStyle = phaseTone("starting", base, palette);
  area(saving, starting);
  if (peak.waiting > 0) {
    context.fillStyle = hatch(context, palette);
    area(
      () => baseline + 1,
      (bin) => baseline + 1 + (bins.waiting[bin]! / peak.waiting) * below,
    );
  }
  context.fillStyle = mix(palette.line, palette.muted, 0.3);
  context.fillRect(left, baseline, step * count, 1);
}
