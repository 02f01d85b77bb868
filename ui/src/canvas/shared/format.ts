/** `41 s`, `2 min 5 s`, `3 h 20 min`, `2 d 4 h`: two units at most. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return "–";
  if (ms < 0) return `−${duration(-ms)}`;
  if (ms < 1) return "0 s";
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${trimmed((ms / 1_000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return two(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440) return two(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(minutes / 60);
  return two(Math.floor(hours / 24), "d", hours % 24, "h");
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

const trimmed = (text: string) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

/** `399`, `12.4k`, `1.2M`: at most four figures wide. */
export function count(value: number): string {
  if (value < 10_000) return Math.round(value).toLocaleString("en");
  if (value < 999_500) return `${trimmed((value / 1_000).toPrecision(3))}k`;
  return `${trimmed((value / 1_000_000).toPrecision(3))}M`;
}

/** Three figures that matter: `0.0412`, `17.3`, `1,240`, `3.1e-7`. */
export function amount(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 0.001 || size >= 1e9) return value.toExponential(1);
  if (size >= 1_000) return Math.round(value).toLocaleString("en");
  return trimmed(value.toPrecision(3));
}

/** Milliseconds as a duration, everything else as a number with its unit. */
export function measured(value: number, unit: string | undefined): string {
  if (unit === "ms") return duration(value);
  return unit === undefined ? amount(value) : `${amount(value)} ${unit}`;
}
