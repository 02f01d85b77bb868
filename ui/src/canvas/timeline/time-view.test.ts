import { expect, test } from "vitest";
import { isWhole, panTime, zoomTime } from "./time-view.ts";

const whole = { from: 1_000, to: 101_000 };

test("the moment under the pointer stays there", () => {
  const near = zoomTime(whole, 0.3, 4, whole);
  expect(near.from + (near.to - near.from) * 0.3).toBeCloseTo(31_000);
  expect(near.to - near.from).toBe(25_000);
});

test("nothing beyond the whole is shown", () => {
  expect(zoomTime(zoomTime(whole, 0.9, 4, whole), 0, 0.001, whole)).toEqual(whole);
  expect(panTime({ from: 2_000, to: 12_000 }, -50_000, whole)).toEqual({ from: 1_000, to: 11_000 });
});

test("the whole is known as such", () => {
  expect(isWhole(whole, whole)).toBe(true);
  expect(isWhole(zoomTime(whole, 0.5, 2, whole), whole)).toBe(false);
});
