import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noCounts, taskStates } from "../../core/task-state.ts";
import { widthOf } from "../format/width.ts";
import { stateLooks } from "../terminal.ts";
import { counts, noPaint } from "../test-rows.ts";
import { bar, legend } from "./bar.ts";

describe("bar", () => {
  it("gives each state its share, what is done first", () => {
    expect(bar(counts({ succeeded: 5, active: 1, waiting: 4 }), 20, noPaint)).toBe("██████████▸▸········");
  });

  it("gives one failed task among thousands a cell of its own", () => {
    expect(bar(counts({ succeeded: 9999, failed: 1 }), 10, noPaint)).toBe("█████████✗");
  });

  it("is empty for a step without tasks", () => expect(bar(noCounts(), 10, noPaint)).toBe(""));

  it("is exactly as wide as asked, whatever the counts", () => {
    const anyCounts = fc.record(Object.fromEntries(taskStates.map((state) => [state, fc.nat(1000)])));
    fc.assert(
      fc.property(anyCounts, fc.integer({ min: 1, max: 80 }), (some, width) => {
        const given = counts(some);
        const isEmpty = taskStates.every((state) => given[state] === 0);
        expect(widthOf(bar(given, width, noPaint))).toBe(isEmpty ? 0 : width);
      }),
    );
  });

  it("shows every state there is where there is room for them", () => {
    const all = counts(Object.fromEntries(taskStates.map((state, index) => [state, index * 100 + 1])));
    const shown = bar(all, 40, noPaint);
    for (const state of taskStates) expect(shown).toContain(stateLooks[state].glyph);
  });
});

it("has a glyph of its own for each state, so that none needs its colour", () => {
  expect(new Set(taskStates.map((state) => stateLooks[state].glyph)).size).toBe(taskStates.length);
});

it("explains the glyphs that occur and no others", () => {
  expect(legend(counts({ succeeded: 2, failed: 1 }), noPaint)).toBe("█ succeeded  ✗ failed");
});
