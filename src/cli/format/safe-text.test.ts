import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logText } from "./log-text.ts";
import { safeLines, safeText } from "./safe-text.ts";

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const commands = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
// eslint-disable-next-line no-control-regex -- as above
const effects = /\u001b\[[0-9;:]*m/g;
const anything = fc.string({ unit: "binary" });

describe("safeText", () => {
  it("leaves letters of any script and emoji alone", () =>
    expect(safeText("größe 日本 👩‍🚀 100 %")).toBe("größe 日本 👩‍🚀 100 %"));

  it("shows what would move the cursor or set a title", () => {
    expect(safeText("a\u001b]0;evil\u0007b")).toBe("a\\u{1b}]0;evil\\u{7}b");
    expect(safeText("a\u009b2Jb")).toBe("a\\u{9b}2Jb");
  });

  it("shows what would turn text round", () => expect(safeText("a\u202egpj.exe")).toBe("a\\u{202e}gpj.exe"));

  it("makes one line", () => expect(safeText("a\nb\tc")).toBe("a⏎b c"));

  it("lets no control character through, whatever the text", () =>
    fc.assert(
      fc.property(anything, (text) => {
        expect(safeText(text)).not.toMatch(commands);
      }),
    ));
});

it("keeps the lines of a text of several lines", () => {
  expect(safeLines("a\r\n\tb\u001b[2J")).toBe("a\n\tb\\u{1b}[2J");
});

describe("logText", () => {
  it("keeps a task's colours and ends them with the line", () => {
    expect(logText("\u001b[31mred", { color: true })).toBe("\u001b[31mred\u001b[0m");
  });

  it("takes colours out where there shall be none", () => {
    expect(logText("\u001b[1;31mred\u001b[0m", { color: false })).toBe("red");
  });

  it("shows every other command as what it is", () => {
    expect(logText("\u001b[2J\u001b[1;1Hgone", { color: true })).toBe("\\u{1b}[2J\\u{1b}[1;1Hgone");
  });

  it("shows the last state of a progress bar", () => {
    expect(logText(" 10 %\r 50 %\r100 %\r", { color: true })).toBe("100 %");
  });

  it("lets nothing but effects through, whatever the text", () =>
    fc.assert(
      fc.property(anything, (text) => {
        const shown = logText(text, { color: true }).replaceAll(effects, "");
        expect(shown).not.toMatch(commands);
      }),
    ));
});
