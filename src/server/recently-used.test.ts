import { describe, expect, it } from "vitest";
import { RecentlyUsed } from "./recently-used.ts";

describe("what was used recently", () => {
  it("forgets first what was not used for longest", () => {
    const known = new RecentlyUsed<string, string>(2);
    known.set("a", "A");
    known.set("b", "B");
    known.get("a");
    known.set("c", "C");
    expect(["a", "b", "c"].map((key) => known.get(key))).toEqual(["A", undefined, "C"]);
  });

  it("counts by weight, and keeps one thing however heavy it is", () => {
    const known = new RecentlyUsed<string, number>(10, (weight) => weight);
    known.set("light", 1);
    known.set("heavy", 100);
    expect([known.get("light"), known.get("heavy")]).toEqual([undefined, 100]);
    known.set("light", 2);
    expect([known.get("light"), known.get("heavy")]).toEqual([2, undefined]);
  });
});
