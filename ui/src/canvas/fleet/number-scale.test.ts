import { expect, test } from "vitest";
import { luminance, toPixel, type Rgb } from "../shared/colour.ts";
import { clipRange, numberColours, numberPixels, shareOf } from "./number-scale.ts";

/** OKLab lightness, which even steps of the scale must share out evenly. */
function lightness([red, green, blue]: Rgb): number {
  const [r, g, b] = [red, green, blue].map((part) =>
    part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
  ) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
}

/** What somebody without green cones sees (Machado 2009). */
function withoutGreen([red, green, blue]: Rgb): Rgb {
  return [
    0.367322 * red + 0.860646 * green - 0.227968 * blue,
    0.280085 * red + 0.672501 * green + 0.047413 * blue,
    -0.01182 * red + 0.04294 * green + 0.968881 * blue,
  ].map((part) => Math.max(0, Math.min(255, part))) as unknown as Rgb;
}

test.each([true, false])("equal steps of the scale are equally far apart in lightness (dark: %s)", (dark) => {
  const steps = numberColours(dark, 33).map(lightness);
  const differences = steps.slice(1).map((step, index) => step - steps[index]!);
  const mean = differences.reduce((sum, each) => sum + each, 0) / differences.length;
  for (const difference of differences) expect(Math.abs(difference / mean - 1)).toBeLessThan(0.06);
});

test.each([true, false])("the order of colours is seen without green cones too (dark: %s)", (dark) => {
  const seen = numberColours(dark, 33).map((colour) => luminance(withoutGreen(colour)));
  const order = dark ? seen : seen.toReversed();
  for (let index = 1; index < order.length; index++) expect(order[index]!).toBeGreaterThan(order[index - 1]!);
});

test("values far outside of most are clipped", () => {
  const quantiles = [1, 10, 12, 13, 14, 15, 16, 17, 18, 20, 9_000];
  expect(clipRange(1, 9_000, quantiles)).toEqual({ low: 2.5, high: 27.5 });
});

test("where nothing lies far out the whole range is shown", () => {
  expect(clipRange(0, 10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toEqual({ low: 0, high: 10 });
  expect(clipRange(0, 10, undefined)).toEqual({ low: 0, high: 10 });
});

test("where most values are equal the whole range is shown", () => {
  expect(clipRange(0, 10, [0, 5, 5, 5, 5, 5, 5, 5, 5, 5, 10])).toEqual({ low: 0, high: 10 });
});

test("a tile's values get the colour of their number, marks their own", () => {
  const colours: Rgb[] = [
    [0, 0, 0],
    [255, 255, 255],
  ];
  const pixels = numberPixels(colours, { least: 0, most: 100 }, { low: 40, high: 60 }, { noNumber: 1, none: 2 });
  expect(pixels[0]).toBe(toPixel(colours[0]!));
  expect(pixels[65_533]).toBe(toPixel(colours[1]!));
  expect([pixels[65_534], pixels[65_535]]).toEqual([1, 2]);
});

test("a range without width puts all in the middle", () => {
  expect(shareOf(5, { low: 5, high: 5 })).toBe(0.5);
});
