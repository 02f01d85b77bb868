import { describe, expect, it } from "vitest";
import { planOf, planStep, grid } from "../../../test/helpers/plans.ts";
import { widthOf } from "../format/width.ts";
import { counts, noPaint } from "../test-rows.ts";
import { shownRun } from "../test-run.ts";
import { runLines, type RunLinesOptions } from "./run-lines.ts";

const options: RunLinesOptions = {
  now: 1_042_000,
  columns: 100,
  paint: noPaint,
  driven: true,
};
const running = shownRun({ medians: [340, 1200, 912], perSecond: 3.14, expectedEndAt: 1_047_200 });

function picture(over: Partial<RunLinesOptions> = {}): string {
  return `\n${runLines(running, { ...options, ...over }).join("\n")}\n`;
}

describe("the picture of a run", () => {
  it("at 120 columns has everything", () =>
    expect(picture({ columns: 120 })).toMatchInlineSnapshot(`
      "
      flight-delays r1k2m3n4p5q6 running  16/29 tasks · 42 s · 3.1/s · about 5.2 s left
        extract                             ██████████████████████████████    1/1  340 ms each
        features  origin                    ██████████████████████████████    3/3   1.2 s each
        train     origin × carrier × month  ███████████████✗✗▸▸▸↻↻░░░░░░░░  10/18  912 ms each  1 failed, 2 active, 1 backoff…
        compare   origin × carrier          ■■■■■·························    1/6               1 blocked
        report                              ■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■    1/1               1 blocked
        █ succeeded  ✗ failed  ■ blocked  ▸ active  ↻ backoff  ░ ready  · waiting
      "
    `));

  it("at 80 columns gives up notes", () =>
    expect(picture({ columns: 80 })).toMatchInlineSnapshot(`
      "
      flight-delays running  16/29 tasks · 42 s · 3.1/s · about 5.2 s left
        extract                         ██████████████████████████    1/1  340 ms each
        features  origin                ██████████████████████████    3/3   1.2 s each
        train     origin × c…r × month  █████████████✗✗▸▸▸↻░░░░░░░  10/18  912 ms each
        compare   origin × carrier      ■■■■······················    1/6
        report                          ■■■■■■■■■■■■■■■■■■■■■■■■■■    1/1
        █ succeeded  ✗ failed  ■ blocked  ▸ active  ↻ backoff  ░ ready  · waiting
      "
    `));

  it("at 60 columns gives up dimensions", () =>
    expect(picture({ columns: 60 })).toMatchInlineSnapshot(`
      "
      flight-delays running  16/29 tasks · 42 s · 3.1/s
        extract   ████████████████████████████    1/1  340 ms each
        features  ████████████████████████████    3/3   1.2 s each
        train     ██████████████✗✗▸▸▸↻░░░░░░░░  10/18  912 ms each
        compare   ■■■■■·······················    1/6
        report    ■■■■■■■■■■■■■■■■■■■■■■■■■■■■    1/1
        █ succeeded  ✗ failed  ■ blocked  ▸ active  ↻ backoff  ░ …
      "
    `));

  it("at 30 columns still has names, bars and counts", () =>
    expect(picture({ columns: 30 })).toMatchInlineSnapshot(`
      "
      flight-delays running
        extract   ███████████    1/1
        features  ███████████    3/3
        train     █████✗▸↻░░░  10/18
        compare   ■■·········    1/6
        report    ■■■■■■■■■■■    1/1
      "
    `));

  it.each([20, 40, 60, 76, 80, 100, 120, 200])("fits into %d columns", (columns) => {
    for (const line of runLines(running, { ...options, columns })) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });

  it("shows the steps in which something is left to do where there is not room for all", () => {
    const lines = runLines(running, { ...options, rows: 5 });
    expect(lines).toHaveLength(5);
    expect(lines.join("\n")).toContain("and 3 more steps");
    expect(lines.join("\n")).toContain("train");
    expect(lines.join("\n")).toContain("compare");
  });

  it("shortens long names in the middle", () => {
    const plan = planOf(grid({ n: [1] }), [planStep("a-step-with-a-very-long-name-that-ends-in-train", ["n"])]);
    const run = shownRun({ counts: [counts({ waiting: 1 })] }, plan);
    expect(runLines(run, { ...options, columns: 80 })[1]).toMatch(/^ {2}a-step-wit…-in-train {2}/);
  });

  it("shows control characters in names as what they are", () => {
    const plan = planOf(grid({ n: [1] }), [planStep("bad\u001b[2Jname", ["n"])]);
    const evil = { pipeline: "evil\u001b]0;x\u0007", why: "\u001b[5m", counts: [counts({ waiting: 1 })] };
    for (const line of runLines(shownRun(evil, plan), options)) expect(line).not.toContain("\u001b");
  });
});

describe("the heading", () => {
  const heading = (run = running, over: Partial<RunLinesOptions> = {}): string =>
    runLines(run, { ...options, columns: 200, ...over })[0]!;

  it("says when the end is expected, by the clock if that is far", () => {
    expect(heading()).toMatch(/16\/29 tasks · 42 s · 3\.1\/s · about 5\.2 s left$/);
    expect(heading({ ...running, expectedEndAt: 1_042_000 + 1_800_000 })).toMatch(
      /about 30 min left, until \d\d:\d\d$/,
    );
  });

  it("expects nothing while too few durations are known, and names no rate that is as good as zero", () => {
    expect(heading(shownRun({ perSecond: 3.14 }))).toMatch(/42 s · 3\.1\/s$/);
    expect(heading(shownRun())).toMatch(/42 s$/);
    expect(heading(shownRun({ perSecond: 0.01 }))).toMatch(/42 s$/);
  });

  it("says why a run is paused", () => {
    expect(heading(shownRun({ state: "paused", why: "paused by ada" }))).toMatch(/paused {2}.* · paused by ada$/);
  });

  it("says when no engine drives the run", () => {
    expect(heading(running, { driven: false })).toContain("running, no engine");
    expect(heading(shownRun({ state: "failed", endedAt: 1_040_000 }), { driven: false })).not.toContain("no engine");
  });

  it("stands still once the run has ended", () => {
    const ended = shownRun({ state: "failed", endedAt: 1_040_000 });
    expect(heading(ended)).toBe(heading(ended, { now: 9_000_000 }));
  });
});
