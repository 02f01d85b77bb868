import fc from "fast-check";
import { expect, test } from "vitest";
import { spread } from "./spread.ts";

test("things that do not push each other stand where they want to be", () => {
  expect(spread([0, 50, 100], [1, 1, 1], [0, 20, 20])).toEqual([0, 50, 100]);
});

test("things that want the same place stand around it", () => {
  expect(spread([10, 10, 10], [1, 1, 1], [0, 20, 20])).toEqual([-10, 10, 30]);
});

test("the heavier one gives way less", () => {
  const [light, heavy] = spread([10, 10], [1, 9], [0, 20]) as [number, number];
  expect(Math.abs(heavy - 10)).toBeLessThan(Math.abs(light - 10));
});

test("the distances are always kept", () => {
  const items = fc.array(fc.tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: 1, max: 9 }), fc.nat(60)));
  fc.assert(
    fc.property(items, (list) => {
      const distances = list.map(([, , distance]) => distance);
      const places = spread(
        list.map(([wish]) => wish),
        list.map(([, weight]) => weight),
        distances,
      );
      places.forEach((place, index) => {
        if (index > 0) expect(place - places[index - 1]!).toBeGreaterThanOrEqual(distances[index]! - 1e-6);
      });
    }),
  );
});
