import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { piecesOf, textOf } from "./ansi.ts";

describe("a line of a log", () => {
  it("keeps its colours, as names that the theme knows", () => {
    expect(piecesOf("a \u001b[1;31mred\u001b[0m b").map(({ text, colour, bold }) => ({ text, colour, bold }))).toEqual([
      { text: "a ", colour: undefined, bold: false },
      { text: "red", colour: "var(--ansi-red)", bold: true },
      { text: " b", colour: undefined, bold: false },
    ]);
  });

  it("has exact colours of 256 and of 16 million too", () => {
    expect(piecesOf("\u001b[38;5;208morange\u001b[0m")[0]?.colour).toBe("rgb(255 135 0)");
    expect(piecesOf("\u001b[38;2;1;2;3mdark\u001b[0m")[0]?.colour).toBe("rgb(1, 2, 3)");
  });

  it.each([
    ["a title", "\u001b]0;owned\u0007text", "text"],
    ["a link", "\u001b]8;;http://evil\u001b\\click\u001b]8;;\u001b\\", "click"],
    ["a cursor that moves", "a\u001b[2J\u001b[1;1Hb", "ab"],
    ["a progress bar", "10 %\r50 %\r100 %\r", "100 %"],
    ["a title that never ends", "a\u001b]0;rest", "a"],
    ["NUL and bell", "a\u0000b\u0007", "a␀b␇"],
    ["text that runs backwards", "a\u202eb", "a\ufffdb"],
  ])("shows %s as harmless text", (_, line, text) => {
    expect(textOf(line)).toBe(text);
  });

  it("never holds anything that could act on a terminal or a page, whatever was written", () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom("\u001b", "[", "]", "m", "3", "1", ";", "\u0007", "\u009b", "\r", "x", "<", "K"),
        }),
        (line) => {
          // eslint-disable-next-line no-control-regex -- these are what it is about
          expect(textOf(line)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
        },
      ),
    );
  });
});
