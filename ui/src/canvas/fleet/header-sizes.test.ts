import { expect, test } from "vitest";
import { headerSizes } from "./header-sizes.ts";

const measure = (text: string) => text.length * 7;
const rows = { dimensions: ["origin", "carrier"], sample: [["JFK", "AA"]] };

test("each dimension down has room for its labels and its name", () => {
  const { rows: widths, left } = headerSizes(rows, { dimensions: ["month"], sample: [["12"]] }, 40, measure);
  expect(widths).toEqual([56, 63]);
  expect(left).toBe(119);
});

test("labels across lie where they fit and stand where they do not", () => {
  const long = { dimensions: ["industry"], sample: [["Construction"]] };
  expect(headerSizes(rows, long, 100, measure).upright).toBe(false);
  expect(headerSizes(rows, long, 20, measure)).toMatchObject({ upright: true, columns: [94] });
});

test("a monstrous label takes no more than its share", () => {
  const { rows: widths } = headerSizes({ dimensions: ["a"], sample: [["x".repeat(2_000)]] }, rows, 10, measure);
  expect(widths[0]).toBeLessThanOrEqual(146);
});

test("axes without dimensions need no room but a margin", () => {
  const nothing = { dimensions: [], sample: [[]] };
  expect(headerSizes(nothing, nothing, 40, measure)).toMatchObject({ left: 8, top: 12 });
});
