import { expect, it } from "vitest";
import { counts } from "../../cli/test-rows.ts";
import { timeLeft } from "./time-left.ts";

it("takes of long tasks what those of their step took, as many at once as there are", () => {
  const steps = [counts({ succeeded: 1 }), counts({ succeeded: 2, waiting: 8 })];
  expect(timeLeft(steps, { rate: 0.1, stepMs: [90_000, 1000], atOnce: 2 })).toBe(4000);
});

it("counts what is under way as half done", () => {
  expect(timeLeft([counts({ active: 2, ready: 2 })], { rate: undefined, stepMs: [1000], atOnce: 2 })).toBe(1500);
});

it("goes by the rate where tasks are so short that what lies between them counts", () => {
  expect(timeLeft([counts({ waiting: 500 })], { rate: 50, stepMs: [0], atOnce: 2 })).toBe(10_000);
});

it("judges the rest by what is known of most, and does not guess from little", () => {
  const steps = [counts({ waiting: 6 }), counts({ waiting: 4 })];
  expect(timeLeft(steps, { rate: 1, stepMs: [1000], atOnce: 1 })).toBe(10_000);
  expect(timeLeft(steps, { rate: 1, stepMs: [undefined, 1000], atOnce: 1 })).toBeUndefined();
  expect(timeLeft(steps, { rate: 1, stepMs: [], atOnce: 1 })).toBeUndefined();
});
