import { expect, it } from "vitest";
import { Rate } from "./rate.ts";

it("knows no rate until a second has passed", () => {
  const rate = new Rate();
  rate.add(0, 0);
  rate.add(900, 9);
  expect(rate.perSecond).toBeUndefined();
  rate.add(1000, 10);
  expect(rate.perSecond).toBe(10);
});

it("forgets what is long past", () => {
  const rate = new Rate();
  for (let second = 0; second <= 60; second++) rate.add(second * 1000, second < 30 ? second * 100 : 3000 + second);
  expect(rate.perSecond).toBe(1);
});

it("begins anew when tasks are restarted", () => {
  const rate = new Rate();
  rate.add(0, 100);
  rate.add(5000, 50);
  expect(rate.perSecond).toBeUndefined();
  rate.add(7000, 60);
  expect(rate.perSecond).toBe(5);
});
