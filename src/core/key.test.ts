import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeKey, formatKey, formatTaskRef, parseKey, parseTaskRef } from "./key.ts";
import { makeScenarioSet } from "./make-scenario-set.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom(
      "%",
      "[",
      "]",
      ",",
      "=",
      '"',
      "'",
      "`",
      "\\",
      "$",
      "!",
      "<",
      ">",
      " ",
      "\n",
      "\t",
      "\u00a0",
      "\u202e",
      "\u200b",
      "\ufeff",
      "é",
      "🛫",
      "年",
      "%2C",
      "\0",
    ),
  }),
);
const anyName = anyText.filter((text) => text !== "");

describe("a task reference", () => {
  it("gives any texts back", () => {
    const values = fc.uniqueArray(fc.tuple(anyName, anyText), { selector: ([name]) => name, maxLength: 4 });
    fc.assert(
      fc.property(anyName, values, (step, entries) => {
        const ref = formatTaskRef(
          step,
          entries.map(([name]) => name),
          Object.fromEntries(entries),
        );
        expect(parseTaskRef(ref)).toEqual({ step, key: Object.fromEntries(entries) });
      }),
      { numRuns: 500 },
    );
  });

  it("is one line without anything that a shell acts on inside quotes", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(formatKey(["origin"], { origin: text })).not.toMatch(/["'`\\$!\p{Cc}\u2028\u2029]|[^\S ]/u);
      }),
    );
  });

  it("differs for different values", () => {
    fc.assert(
      fc.property(
        anyText,
        anyText,
        (a, b) => (formatKey(["x"], { x: a }) === formatKey(["x"], { x: b })) === (a === b),
      ),
    );
  });

  it.each([
    ["São Paulo", "São Paulo"],
    ["東京", "東京"],
    ["👩‍✈️ 🇫🇷", "👩‍✈️ 🇫🇷"],
    ["a/b:c@d+e.f-g_h", "a/b:c@d+e.f-g_h"],
    ["50%", "50%25"],
    ["a,b=c", "a%2Cb%3Dc"],
    ["it's", "it%27s"],
    ["a\nb", "a%0Ab"],
    [" a ", "%20a%20"],
    ["a\u00a0b", "a%C2%A0b"],
    ["\u202eevil", "%E2%80%AEevil"],
  ])("writes %j as %s", (value, text) => {
    expect(formatTaskRef("train", ["x"], { x: value })).toBe(`train[x=${text}]`);
  });

  it("has no brackets without dimensions", () => {
    expect(formatTaskRef("extract", [], {})).toBe("extract");
    expect(parseTaskRef("extract")).toEqual({ step: "extract", key: {} });
  });

  it("shows numbers and booleans as they are", () => {
    expect(formatTaskRef("train", ["month", "late"], { month: 7, late: true })).toBe("train[month=7,late=true]");
  });

  it.each([
    "",
    "[a=1]",
    "train[",
    "train[]",
    "train[a=1",
    "train[a=1]x",
    "train[a]",
    "train[=1]",
    "train[a=1,]",
    "train[a=1=2]",
    "train[a=1,a=2]",
    "train[a=%]",
    "train[a=%FF]",
  ])("%j is refused", (text) => {
    expect(() => parseTaskRef(text)).toThrow(expect.objectContaining({ code: "KEY_INVALID" }));
  });
});

describe("a key's texts", () => {
  const set = makeScenarioSet({
    csv: "origin,month,late,code\nJFK,7,true,007\n",
    dimensions: ["origin", "month", "late", "code"],
  });

  it("become values of the columns' types", () => {
    expect(decodeKey(set, parseKey("code=007,late=true,month=7,origin=JFK"))).toEqual({
      origin: "JFK",
      month: 7,
      late: true,
      code: "007",
    });
  });

  it.each(["month=x", "month=", "month=0x7", "late=yes"])("that are of another type are refused: %s", (text) => {
    expect(() => decodeKey(set, parseKey(text))).toThrow(expect.objectContaining({ code: "KEY_INVALID" }));
  });

  it("for a dimension that is not there are refused, naming the closest", () => {
    expect(() => decodeKey(set, { mnoth: "7" })).toThrow(
      expect.objectContaining({ code: "DIMENSION_UNKNOWN", message: expect.stringContaining('"month"') as string }),
    );
  });
});
