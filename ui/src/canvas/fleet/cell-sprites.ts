import { inkOn, mix } from "../shared/colour.ts";
import type { Palette } from "../shared/palette.ts";
import { states, type TaskState } from "../shared/states.ts";
import { stateMarks } from "./decode-tile.ts";
import { stateGlyphs } from "./state-glyphs.ts";

/** Pictures of a cell in every state, side by side: thousands of cells are copied from it in a frame. */
export interface CellSprites {
  readonly image: OffscreenCanvas;
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

const glyphs = Object.fromEntries(states.map((state) => [state, new Path2D(stateGlyphs[state])])) as Record<
  TaskState,
  Path2D
>;
const glyphAt = 12;

/** Where the value of a tile has its picture. */
export function spriteOf(value: number): number {
  if (value === stateMarks.none) return states.length + 1;
  return value < states.length ? value : states.length;
}

let last: { sprites: CellSprites; palette: Palette } | undefined;

/** In CSS pixels, gap included. The last ones are kept: size and palette rarely change. */
export function cellSprites(width: number, height: number, ratio: number, palette: Palette): CellSprites {
  const same = last?.palette === palette ? last.sprites : undefined;
  if (same?.width === width && same.height === height && same.ratio === ratio) return same;
  const image = new OffscreenCanvas(Math.ceil(width * ratio) * (states.length + 2), Math.ceil(height * ratio));
  const context = image.getContext("2d")!;
  const step = Math.ceil(width * ratio) / ratio;
  context.scale(ratio, ratio);
  for (const state of states) {
    drawCell(context, width, height, state, palette);
    context.translate(step, 0);
  }
  context.fillStyle = mix(palette.surface, palette.muted, palette.dark ? 0.16 : 0.13);
  fillCell(context, width, height);
  context.translate(step, 0);
  // No task here: a point, so that rows and columns can still be followed.
  context.fillStyle = mix(palette.surface, palette.muted, 0.3);
  context.fillRect((width - 1) / 2 - 1, (height - 1) / 2 - 1, 1.5, 1.5);
  const sprites = { image, width, height, ratio };
  last = { sprites, palette };
  return sprites;
}

function drawCell(
  context: OffscreenCanvasRenderingContext2D,
  width: number,
  height: number,
  state: TaskState,
  palette: Palette,
): void {
  const colour = palette.states[state];
  context.fillStyle = state === "waiting" ? mix(palette.surface, colour, 0.4) : colour;
  fillCell(context, width, height);
  if (state === "waiting") {
    context.strokeStyle = mix(palette.surface, colour, palette.dark ? 1 : 0.9);
    context.lineWidth = 1;
    context.beginPath();
    context.roundRect(0.5, 0.5, width - 2, height - 2, cornerOf(width, height));
    context.stroke();
  }
  if (Math.min(width, height) < glyphAt) return;
  context.save();
  context.translate((width - 1) / 2, (height - 1) / 2);
  const scale = Math.min(1.5, Math.min(width, height) / 14);
  context.scale(scale, scale);
  context.strokeStyle = mix(colour, inkOn(colour), state === "succeeded" || state === "skipped" ? 0.55 : 0.95);
  context.lineWidth = state === "failed" ? 1.7 : 1.3;
  context.lineCap = context.lineJoin = "round";
  context.stroke(glyphs[state]);
  context.restore();
}

function fillCell(context: OffscreenCanvasRenderingContext2D, width: number, height: number): void {
  context.beginPath();
  context.roundRect(0, 0, width - 1, height - 1, cornerOf(width, height));
  context.fill();
}

const cornerOf = (width: number, height: number) => Math.min(4, Math.min(width, height) / 5);
