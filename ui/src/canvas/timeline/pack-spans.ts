/**
 * A row for each span, so that no two in a row overlap: each goes to the first row that is free again. Spans must be in the
 * order of their starts. Beyond `most` rows they share the last one.
 */
export function packSpans(spans: readonly { readonly start: number; readonly end: number }[], most: number): number[] {
  const freeFrom: number[] = [];
  return spans.map(({ start, end }) => {
    const free = freeFrom.findIndex((time) => time <= start);
    const row = free >= 0 ? free : Math.min(freeFrom.length, most - 1);
    freeFrom[row] = Math.max(freeFrom[row] ?? -Infinity, end);
    return row;
  });
}
