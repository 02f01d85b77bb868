/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

export function toRgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export function toHex([red, green, blue]: Rgb): string {
  return `#${[red, green, blue].map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

/** So much of `over` laid on `under`: the drawings use opaque mixtures, because overlapping transparent lines add up. */
export function mix(under: string, over: string, share: number): string {
  const [a, b] = [toRgb(under), toRgb(over)];
  return toHex([a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share]);
}

/** As a pixel of an ImageData seen as 32-bit words, on machines that store the lowest byte first (all with a browser). */
export function toPixel([red, green, blue]: Rgb): number {
  return ((255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0;
}

/** Relative luminance, 0 to 1 (WCAG). */
export function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Black or white, whichever is read more easily on a ground. */
export function inkOn(ground: string): string {
  return luminance(toRgb(ground)) > 0.32 ? "#0b0d12" : "#ffffff";
}
