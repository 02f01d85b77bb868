/** What a bench measured, by name with its unit, and whether all bounds hold. Further figures may stand beside the bounded ones. */
export interface Measured {
  readonly figures: Readonly<Record<string, number>>;
  readonly holds: boolean;
}

export interface BenchOptions {
  /** A quick look instead of the full measurement. */
  readonly small: boolean;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Interpolated between neighbours, so that the median of an even number of values is the mean of the two in the middle. */
export function quantile(values: readonly number[], at: number): number {
  if (values.length === 0) throw new Error("no values were measured");
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * at;
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low + (high - low) * (place - Math.floor(place));
}

/** Tells on stderr how far it is; stdout ends with the figures. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
