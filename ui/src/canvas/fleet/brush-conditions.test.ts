import { expect, test } from "vitest";
import { brushConditions } from "./brush-conditions.ts";

const rows = ["JFK", "LGA"].flatMap((origin) => ["AA", "B6", "UA"].map((carrier) => [origin, carrier]));
const conditions = (from: number, to: number) =>
  brushConditions(["origin", "carrier"], (index) => rows[index], { from, to });

test("a whole outer value is one condition", () => {
  expect(conditions(0, 3)).toEqual(["origin=JFK"]);
});

test("some values within an outer one are two conditions", () => {
  expect(conditions(3, 5)).toEqual(["origin=LGA", "carrier=AA,B6"]);
  expect(conditions(4, 5)).toEqual(["origin=LGA", "carrier=B6"]);
});

test("several whole outer values are one condition", () => {
  expect(conditions(0, 6)).toEqual(["origin=JFK,LGA"]);
});

test("the end of one value and the beginning of the next cannot be said", () => {
  expect(conditions(2, 4)).toBeUndefined();
});

test("what has a meaning in conditions is escaped", () => {
  const odd = (index: number) => (index === 0 ? ["a,b=c%"] : undefined);
  expect(brushConditions(["name"], odd, { from: 0, to: 1 })).toEqual(["name=a%2Cb%3Dc%25"]);
});

test("a stretch whose labels are not all known cannot be said", () => {
  expect(conditions(4, 9)).toBeUndefined();
});
