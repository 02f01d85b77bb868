import { mix } from "../shared/colour.ts";
import type { Palette } from "../shared/palette.ts";

export const phases = ["waiting", "starting", "working", "saving"] as const;
export type Phase = (typeof phases)[number];

/** Tones of one colour: light while it starts, full while it works, deep while it saves. Waiting is hatched. */
export function phaseTone(phase: Phase, base: string, { surface, text }: Palette): string {
  switch (phase) {
    case "waiting":
      return mix(surface, base, 0.3);
    case "starting":
      return mix(surface, base, 0.5);
    case "working":
      return base;
    case "saving":
      return mix(base, text, 0.42);
  }
}

const patterns = new WeakMap<Palette, OffscreenCanvas>();

/** Thin slanting lines. */
export function hatch(context: CanvasRenderingContext2D, palette: Palette): CanvasPattern {
  let tile = patterns.get(palette);
  if (tile === undefined) {
    tile = new OffscreenCanvas(6, 6);
    const inner = tile.getContext("2d")!;
    inner.fillStyle = mix(palette.surface, palette.muted, 0.12);
    inner.fillRect(0, 0, 6, 6);
    inner.strokeStyle = mix(palette.surface, palette.muted, 0.5);
    inner.lineWidth = 1.2;
    inner.beginPath();
    for (const x of [-6, 0, 6]) {
      inner.moveTo(x, 6);
      inner.lineTo(x + 6, 0);
    }
    inner.stroke();
    patterns.set(palette, tile);
  }
  return context.createPattern(tile, "repeat")!;
}
