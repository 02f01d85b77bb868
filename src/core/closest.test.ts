import { describe, expect, it } from "vitest";
import { closest } from "./closest.ts";

describe("the closest name", () => {
  it.each([
    ["orign", "origin"],
    ["Month", "month"],
    ["mnoth", "month"],
    ["carriers", "carrier"],
    ["x", undefined],
    ["destination", undefined],
  ])("to %s is %s", (name, expected) => {
    expect(closest(name, ["origin", "carrier", "month"])).toBe(expected);
  });

  it("is the first of several that are equally near", () => {
    expect(closest("bat", ["cat", "rat"])).toBe("cat");
  });
});
