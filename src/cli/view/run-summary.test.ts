import { describe, expect, it } from "vitest";
import type { FailureGroup } from "../../store/store.ts";
import { counts, flights, noPaint, runRow } from "../test-rows.ts";
import { quote, summaryLines, type SummaryOptions } from "./run-summary.ts";

const options: SummaryOptions = { paint: noPaint, columns: 100, isNewest: true };
const settled = [counts({ succeeded: 1 }), counts({ succeeded: 3 })];
const succeeded = runRow({
  state: "succeeded",
  endedAt: 1_090_000,
  counts: [...settled, counts({ succeeded: 18 }), counts({ succeeded: 6 }), counts({ succeeded: 1 })],
});
const failed = runRow({
  state: "failed",
  why: "40 of 47 tasks did not succeed",
  endedAt: 1_090_000,
  counts: [...settled, counts({ succeeded: 3, failed: 37 }), counts({ blocked: 2 }), counts({ blocked: 1 })],
});
const groups: FailureGroup[] = [
  {
    cause: "train | user | ValueError: too few rows: # | train.py:31",
    class: "user",
    error: "ValueError: too few rows: 6",
    step: 2,
    tasks: 35,
    example: "train[origin=EWR,carrier=AA,month=1]",
    firstAt: 1,
  },
  {
    cause: "train | out_of_memory | out of memory (limit # MiB, peak # MiB) | ",
    class: "out_of_memory",
    error: "out of memory (limit 512 MiB, peak 511 MiB)",
    step: 2,
    tasks: 2,
    example: "train[origin=JFK,carrier=B6,month=2]",
    firstAt: 2,
  },
];

function summary(row = succeeded, some: readonly FailureGroup[] = [], over: Partial<SummaryOptions> = {}): string {
  return `${summaryLines(row, flights, some, { ...options, ...over }).join("\n")}\n`;
}

describe("the summary at the end of a run", () => {
  it("says what was done and how to get the result", () =>
    expect(summary()).toMatchInlineSnapshot(`
    "
    ✓ flight-delays succeeded in 1 min 30 s: 29 succeeded of 29 tasks

      flotilla artifacts report report   # get report.html
    "
  `));

  it("groups what failed by cause, with the next commands", () =>
    expect(summary(failed, groups)).toMatchInlineSnapshot(`
      "
      ✗ flight-delays failed in 1 min 30 s: 7 succeeded, 37 failed, 3 blocked of 47 tasks
        40 of 47 tasks did not succeed

      35 × train user  ValueError: too few rows: 6 at train.py:31
          e.g. train[origin=EWR,carrier=AA,month=1]
      2 × train out_of_memory  out of memory (limit 512 MiB, peak 511 MiB)
          e.g. train[origin=JFK,carrier=B6,month=2]

        flotilla logs 'train[origin=EWR,carrier=AA,month=1]'   # what it printed
        flotilla restart                                       # what failed, and what hangs on it
      "
    `));

  it("names the run in its commands when it is not the newest", () => {
    const text = summary(failed, groups, { isNewest: false });
    expect(text).toContain(`month=1]' --run ${failed.id} `);
    expect(text).toContain(`flotilla restart ${failed.id} `);
  });

  it("leaves out comments that do not fit", () => {
    expect(summary(failed, groups, { columns: 50 })).toContain("\n  flotilla restart\n");
  });

  it("counts causes beyond ten", () => {
    const many = Array.from({ length: 13 }, () => groups[0]!);
    expect(summary(failed, many)).toContain("and 3 more causes: flotilla tasks --state failed");
  });

  it("lets nothing of an error reach the terminal as a command", () => {
    const evil = [{ ...groups[0]!, error: "\u001b[2J", cause: "a | \u001b[2J", example: "train[\u001b[2J]" }];
    expect(summary(failed, evil)).not.toContain("\u001b");
  });
});

it("quotes words that a shell would take apart", () => {
  expect(quote("report")).toBe("report");
  expect(quote("train[n=1]")).toBe("'train[n=1]'");
  expect(quote("it's")).toBe("'it'\\''s'");
});
