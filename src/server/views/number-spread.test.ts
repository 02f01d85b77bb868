import fc from "fast-check";
import { expect, it } from "vitest";
import { spreadOf } from "./number-spread.ts";

const numbers = fc.array(
  fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: 0, max: 3 }), fc.constant(Number.NaN)),
  { maxLength: 60 },
);

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)]!, sorted[Math.ceil((sorted.length - 1) / 2)]!];
  return (low + high) / 2;
}

it("names those that lie further out than any usual distance, the furthest first, and no others", () => {
  fc.assert(
    fc.property(numbers, (values) => {
      const known = values.filter((value) => !Number.isNaN(value));
      const spread = spreadOf(values.length, (task) => values[task]!);
      expect(spread === undefined).toBe(known.length === 0);
      if (spread === undefined) return;
      expect([spread.least, spread.most]).toEqual([Math.min(...known), Math.max(...known)]);
      expect(spread.quantiles[5]).toBeCloseTo(medianOf(known), 6);
      const median = medianOf(known);
      const distances = known.map((value) => Math.abs(value - median)).toSorted((a, b) => a - b);
      // The lower of the two in the middle: what is at that distance exists.
      const middle = distances[Math.floor((known.length - 1) / 2)]!;
      const usual =
        middle > 0 ? 1.4826 * middle : (1.2533 * distances.reduce((sum, one) => sum + one, 0)) / known.length;
      const far = known.filter((value) => usual > 0 && Math.abs(value - median) > 3.5 * usual * (1 + 1e-9));
      const found = spread.outliers.map(
        ({ task, value }) => (expect(values[task]).toBe(value), Math.abs(value - median)),
      );
      expect(found).toEqual(found.toSorted((a, b) => b - a));
      if (far.length <= 20) expect(found.length).toBeGreaterThanOrEqual(far.length);
      for (const distance of found) expect(distance).toBeGreaterThan(3.5 * usual * (1 - 1e-9));
    }),
    { numRuns: 500 },
  );
});
