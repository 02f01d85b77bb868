import { expect, test } from "vitest";
import { fitText, wrapText } from "./fit-text.ts";

/** Ten pixels a letter. */
const measure = (text: string) => Array.from(text).length * 10;

test("a text that fits stays as it is", () => {
  expect(fitText("train", 50, measure)).toBe("train");
});

test("a longer one is cut, and the ellipsis fits too", () => {
  const cut = fitText("environment", 60, measure);
  expect(cut).toBe("envir…");
  expect(measure(cut)).toBeLessThanOrEqual(60);
});

test("where two letters do not fit nothing is written", () => {
  expect(fitText("train", 20, measure)).toBe("");
});

test("no letter is cut in two", () => {
  expect(fitText("🚀🚀🚀🚀🚀", 40, measure)).toBe("🚀🚀🚀…");
});

test("lines break at spaces and after joints, and the last one is cut", () => {
  expect(wrapText("origin × carrier × month", 180, 2, measure)).toEqual(["origin × carrier ×", "month"]);
  expect(wrapText("check-fleet_weather", 130, 2, measure)).toEqual(["check-fleet_", "weather"]);
  expect(wrapText("one two three four", 70, 2, measure)).toEqual(["one two", "three…"]);
});
