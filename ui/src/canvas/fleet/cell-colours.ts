import { mix, toHex, toPixel, toRgb } from "../shared/colour.ts";
import type { Palette } from "../shared/palette.ts";
import { states } from "../shared/states.ts";
import { stateMarks } from "./decode-tile.ts";
import { clipRange, numberColours, numberPixels, type NumberRange } from "./number-scale.ts";
import type { Tile } from "./tile.ts";

/** Ground of cells without a task, and of tasks outside the filter. */
export const noTask = ({ surface, muted, dark }: Palette) => mix(surface, muted, dark ? 0.05 : 0.045);
const filteredOut = ({ surface, muted, dark }: Palette) => mix(surface, muted, dark ? 0.18 : 0.15);
const noNumber = ({ surface, muted, dark }: Palette) => mix(surface, muted, dark ? 0.26 : 0.22);

export function statePixels(palette: Palette): Uint32Array {
  const pixels = new Uint32Array(256).fill(toPixel(toRgb(filteredOut(palette))));
  states.forEach((state, index) => {
    const colour = palette.states[state];
    pixels[index] = toPixel(toRgb(state === "waiting" ? mix(palette.surface, colour, 0.65) : colour));
  });
  pixels[stateMarks.none] = toPixel(toRgb(noTask(palette)));
  return pixels;
}

/** How numbers are coloured now: by the range of the newest tile, so that all tiles agree. */
export interface NumberLook {
  readonly range: NumberRange;
  /** CSS colours from low to high. */
  readonly colours: readonly string[];
  pixelsFor(tile: Tile): Uint32Array;
}

export function numberLook(newest: Tile, palette: Palette): NumberLook {
  const { least = 0, most = 0, quantiles } = newest.about;
  const range = clipRange(least, most, quantiles);
  const colours = numberColours(palette.dark);
  const marks = { noNumber: toPixel(toRgb(noNumber(palette))), none: toPixel(toRgb(noTask(palette))) };
  // Usually the tiles have one range and share one table.
  const tables = new Map<string, Uint32Array>();
  return {
    range,
    colours: colours.map(toHex),
    pixelsFor({ about }) {
      const name = `${about.least} ${about.most}`;
      let table = tables.get(name);
      if (table === undefined) {
        table = numberPixels(colours, { least: about.least ?? 0, most: about.most ?? 0 }, range, marks);
        tables.set(name, table);
      }
      return table;
    },
  };
}
