import fc from "fast-check";
import { expect, it } from "vitest";
import { phases } from "../../api/schemas/timeline.ts";
import { PhaseBins } from "./phase-bins.ts";

const times = fc
  .array(fc.integer({ min: -50, max: 150 }), { minLength: 5, maxLength: 5 })
  .map((at) => at.toSorted((a, b) => a - b));

it("bins hold the share of each phase that falls into them, whatever lies outside of the window", () => {
  fc.assert(
    fc.property(fc.array(times), fc.integer({ min: 1, max: 30 }), (attempts, count) => {
      const bins = new PhaseBins(0, 100, count);
      for (const at of attempts) bins.add(at);
      const found = bins.finish();
      const width = 100 / count;
      phases.forEach((phase, index) => {
        for (let bin = 0; bin < count; bin++) {
          const inBin = attempts.map((at) =>
            Math.max(0, Math.min(at[index + 1]!, (bin + 1) * width) - Math.max(at[index]!, bin * width)),
          );
          expect(found[phase][bin]).toBeCloseTo(inBin.reduce((sum, part) => sum + part, 0) / width, 2);
        }
      });
    }),
  );
});
