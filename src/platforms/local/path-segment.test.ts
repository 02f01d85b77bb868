import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isInnerPath } from "../../artifacts/tree.ts";
import { pathSegment } from "./path-segment.ts";

describe("path segment", () => {
  it.each(["flights", "model.pkl", "a b", "größe", "x-1_2"])("leaves %j as it is", (name) => {
    expect(pathSegment(name)).toBe(name);
  });

  it.each(["..", ".", "", "a/b", "/etc", "nul\0", "x".repeat(10_000)])("makes one harmless segment of %j", (name) => {
    const segment = pathSegment(name);
    expect(isInnerPath(segment)).toBe(true);
    expect(segment).not.toContain("/");
  });

  it("is one segment for any name, within what a file system takes, and another for another name", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 400 }),
        fc.string({ unit: "binary", maxLength: 400 }),
        (a, b) => {
          const [one, two] = [pathSegment(a), pathSegment(b)];
          expect(isInnerPath(one) && !one.includes("/") && Buffer.byteLength(one) <= 255).toBe(true);
          if (a !== b) expect(one).not.toBe(two);
        },
      ),
    );
  });
});
