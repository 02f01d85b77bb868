import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clip, fit, shorten, widthOf } from "./width.ts";

const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;

describe("widthOf", () => {
  it("counts columns, not characters", () => {
    expect(widthOf("train")).toBe(5);
    expect(widthOf("日本")).toBe(4);
    expect(widthOf("e\u0301")).toBe(1);
    expect(widthOf("👩‍🚀")).toBe(2);
  });

  it("counts no effects", () => expect(widthOf(red("abc"))).toBe(3));

  it("takes the glyphs of bars for one column each", () => expect(widthOf("█▓▸↻✗■∅╌░·✓")).toBe(11));
});

describe("shorten", () => {
  it("takes out the middle", () => expect(shorten("train[origin=JFK]", 9)).toBe("trai…JFK]"));

  it("never cuts a character in two", () => expect(shorten("👩‍🚀👩‍🚀👩‍🚀", 5)).toBe("👩‍🚀…👩‍🚀"));

  it("is never wider than asked", () =>
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(40), (text, columns) => {
        expect(widthOf(shorten(text, columns))).toBeLessThanOrEqual(Math.max(columns, 0));
      }),
    ));
});

it("fits a text into exactly the columns asked for, at either side", () => {
  expect(fit("ab", 4)).toBe("ab  ");
  expect(fit("ab", 4, "right")).toBe("  ab");
  expect(fit("abcdef", 4)).toBe("ab…f");
});

describe("clip", () => {
  it("leaves what fits as it is", () => expect(clip(red("abc"), 3)).toBe(red("abc")));

  it("keeps effects whole, and ends them where it cuts", () => {
    expect(clip(`ab${red("cdef")}`, 4)).toBe("ab\u001b[31mc…\u001b[0m");
  });

  it("is never wider than asked", () =>
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("\u001b[31m", "\u001b[39m"))),
        fc.integer({ min: 1, max: 40 }),
        (parts, columns) => {
          expect(widthOf(clip(parts.join(""), columns))).toBeLessThanOrEqual(columns);
        },
      ),
    ));
});
