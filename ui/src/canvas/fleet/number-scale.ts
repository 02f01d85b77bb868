import { toPixel, type Rgb } from "../shared/colour.ts";
import { numberMarks } from "./decode-tile.ts";

/**
 * Colours for numbers, from few to much: from indigo over teal to a warm yellow. Lightness rises evenly (OKLab), so equal
 * steps look equal and those who cannot tell the hues apart still see the order. Much stands out from the page: on a dark
 * one the scale ends light, on a light one dark.
 */
export function numberColours(dark: boolean, steps = 256): Rgb[] {
  const rising = Array.from({ length: steps }, (_, index) => colourAt(index / (steps - 1), dark));
  return dark ? rising : rising.toReversed();
}

function colourAt(share: number, dark: boolean): Rgb {
  const [low, high] = dark ? [0.3, 0.93] : [0.26, 0.95];
  const lightness = low + (high - low) * share;
  const hue = ((285 - 190 * share ** 0.9) * Math.PI) / 180;
  // As colourful as the screen allows, without ever leaving what it can show.
  let chroma = 0.045 + 0.075 * Math.sin(Math.PI * (0.16 + 0.76 * share));
  for (;;) {
    const colour = fromOklab(lightness, chroma * Math.cos(hue), chroma * Math.sin(hue));
    if (chroma < 0.005 || colour.every((part) => part >= 0 && part <= 255)) return colour;
    chroma -= 0.002;
  }
}

function fromOklab(lightness: number, a: number, b: number): [number, number, number] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function gamma(linear: number): number {
  return 255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.abs(linear) ** (1 / 2.4) - 0.055);
}

export interface NumberRange {
  readonly low: number;
  readonly high: number;
}

/**
 * Where the scale begins and ends: what lies far outside of most values is clipped, or a single task that hung for a day
 * would make all others look alike.
 */
export function clipRange(least: number, most: number, quantiles: readonly number[] | undefined): NumberRange {
  if (quantiles === undefined || quantiles.length < 9) return { low: least, high: most };
  // With both ends among them there are eleven.
  const [tenth, ninetieth] =
    quantiles.length >= 11 ? [quantiles[1]!, quantiles[9]!] : [quantiles[0]!, quantiles.at(-1)!];
  const beyond = (ninetieth - tenth) * 0.75;
  if (beyond <= 0) return { low: least, high: most };
  return { low: Math.max(least, tenth - beyond), high: Math.min(most, ninetieth + beyond) };
}

/** 0 to 1 along the scale. */
export function shareOf(value: number, { low, high }: NumberRange): number {
  return high <= low ? 0.5 : Math.max(0, Math.min(1, (value - low) / (high - low)));
}

/** The pixel for each 16-bit value of a tile. */
export function numberPixels(
  colours: readonly Rgb[],
  { least, most }: { readonly least: number; readonly most: number },
  range: NumberRange,
  marks: { readonly noNumber: number; readonly none: number },
): Uint32Array {
  const words = colours.map(toPixel);
  const pixels = new Uint32Array(65_536);
  for (let value = 0; value <= numberMarks.most; value++) {
    const share = shareOf(least + ((most - least) * value) / numberMarks.most, range);
    pixels[value] = words[Math.round(share * (words.length - 1))]!;
  }
  pixels[numberMarks.noNumber] = marks.noNumber;
  pixels[numberMarks.none] = marks.none;
  return pixels;
}
