import { expect, test } from "vitest";
import { amount, count, duration, measured } from "./format.ts";

test.each([
  [0, "0 s"],
  [412, "412 ms"],
  [1_500, "1.5 s"],
  [10_000, "10 s"],
  [41_300, "41 s"],
  [59_700, "1 min"],
  [125_000, "2 min 5 s"],
  [12_000_000, "3 h 20 min"],
  [187_200_000, "2 d 4 h"],
  [-41_000, "−41 s"],
])("%d ms are %s", (ms, words) => {
  expect(duration(ms)).toBe(words);
});

test.each([
  [399, "399"],
  [9_999, "9,999"],
  [12_360, "12.4k"],
  [999_499, "999k"],
  [1_200_000, "1.2M"],
])("%d tasks are counted as %s", (value, words) => {
  expect(count(value)).toBe(words);
});

test("numbers keep the three figures that matter", () => {
  expect([0, 0.04123, 17.32, 1_240.4, 3.14e-7].map(amount)).toEqual(["0", "0.0412", "17.3", "1,240", "3.1e-7"]);
});

test("milliseconds are told as a duration, others with their unit", () => {
  expect(measured(90_000, "ms")).toBe("1 min 30 s");
  expect(measured(0.5, "%")).toBe("0.5 %");
});
