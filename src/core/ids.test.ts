import fc from "fast-check";
import { expect, it } from "vitest";
import { makeAttemptId, makeRunId, parseAttemptId } from "./ids.ts";

const moments = fc.integer({ min: 0, max: 2 ** 45 });

it("run ids stand in the order in which the runs were made, to the millisecond", () => {
  fc.assert(
    fc.property(
      moments,
      moments,
      fc.double({ min: 0, max: 0.999 }),
      fc.double({ min: 0, max: 0.999 }),
      (a, b, x, y) => {
        fc.pre(a !== b && a < 2 ** 35 * 1000 && b < 2 ** 35 * 1000);
        const [first, second] = [makeRunId(a, () => x), makeRunId(b, () => y)];
        expect(first < second).toBe(a < b);
      },
    ),
  );
});

it("run ids have fourteen characters, and those of attempts say what they are of", () => {
  const run = makeRunId(1_795_578_549_883, () => 0.5);
  expect(run).toMatch(/^r[0-9a-z]{13}$/);
  const attempt = makeAttemptId(run, 2, 345_678, 3);
  expect(parseAttemptId(attempt)).toEqual({ run, step: 2, task: 345_678, number: 3 });
  expect(attempt.length).toBeLessThan(64);
});
