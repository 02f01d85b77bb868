/** A stretch of time on the screen, in milliseconds since 1970. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Nobody looks nearer than this. */
const shortest = 20;

/** Nearer or farther; the moment at `share` (0 to 1) of the width stays there. Never beyond the whole. */
export function zoomTime(range: TimeRange, share: number, factor: number, whole: TimeRange): TimeRange {
  const span = Math.max(shortest, Math.min(whole.to - whole.from, (range.to - range.from) / factor));
  const at = range.from + (range.to - range.from) * share;
  return within({ from: at - span * share, to: at + span * (1 - share) }, whole);
}

export function panTime(range: TimeRange, by: number, whole: TimeRange): TimeRange {
  return within({ from: range.from + by, to: range.to + by }, whole);
}

function within({ from, to }: TimeRange, whole: TimeRange): TimeRange {
  const span = Math.min(to - from, whole.to - whole.from);
  const start = Math.max(whole.from, Math.min(whole.to - span, from));
  return { from: start, to: start + span };
}

export const isWhole = (range: TimeRange, whole: TimeRange) => range.to - range.from >= (whole.to - whole.from) * 0.999;
