import { describe, expect, it } from "vitest";
import { counts, noPaint } from "../test-rows.ts";
import { shownRun } from "../test-run.ts";
import { quote, summaryLines, type SummaryOptions } from "./run-summary.ts";

type Told = Parameters<typeof summaryLines>[1];
type FailureGroup = Told["groups"][number];

const options: SummaryOptions = { paint: noPaint, columns: 100, isNewest: true };
const settled = [counts({ succeeded: 1 }), counts({ succeeded: 3 })];
const succeeded = shownRun({
  state: "succeeded",
  endedAt: 1_090_000,
  counts: [...settled, counts({ succeeded: 18 }), counts({ succeeded: 6 }), counts({ succeeded: 1 })],
});
const failed = shownRun({
  state: "failed",
  why: "40 of 47 tasks did not succeed",
  endedAt: 1_090_000,
  counts: [...settled, counts({ succeeded: 3, failed: 37 }), counts({ blocked: 2 }), counts({ blocked: 1 })],
});
const rest = { step: "train", blocked: 0, lastAt: 2, traits: [], log: [], commands: [] };
const groups: FailureGroup[] = [
  {
    ...rest,
    cause: "train | user | ValueError: too few rows: # | train.py:31",
    class: "user",
    error: "ValueError: too few rows: 6",
    at: "train.py:31",
    tasks: 35,
    example: "train[origin=EWR,carrier=AA,month=1]",
    firstAt: 1,
  },
  {
    ...rest,
    cause: "train | out_of_memory | out of memory (limit # MiB, peak # MiB) | ",
    class: "out_of_memory",
    error: "out of memory (limit 512 MiB, peak 511 MiB)",
    tasks: 2,
    example: "train[origin=JFK,carrier=B6,month=2]",
    firstAt: 2,
  },
];
const report: Told["results"] = [
  { task: "report", key: {}, output: "report", type: "file", name: "report.html", bytes: 9, digest: "sha256:0" },
];

function summary(run = succeeded, told: Partial<Told> = {}, over: Partial<SummaryOptions> = {}): string {
  return `${summaryLines(run, { groups: [], results: [], ...told }, { ...options, ...over }).join("\n")}\n`;
}

describe("the summary at the end of a run", () => {
  it("says what was done and how to get the result", () =>
    expect(summary(succeeded, { results: report })).toMatchInlineSnapshot(`
    "
    ✓ flight-delays succeeded in 1 min 30 s: 29 succeeded of 29 tasks

      flotilla artifacts report report   # get report.html
    "
  `));

  it("groups what failed by cause, with the next commands", () =>
    expect(summary(failed, { groups })).toMatchInlineSnapshot(`
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
    const text = summary(failed, { groups }, { isNewest: false });
    expect(text).toContain(`month=1]' --run ${failed.id} `);
    expect(text).toContain(`flotilla restart ${failed.id} `);
  });

  it("lists the tasks where there are too many results to name, or none", () => {
    const many = ["a", "b", "c", "d"].map((output) => ({ ...report[0]!, output }));
    expect(summary(succeeded, { results: many })).toMatch(/report c .*\n {2}flotilla tasks /);
    expect(summary()).toContain("flotilla tasks ");
  });

  it("leaves out comments that do not fit", () => {
    expect(summary(failed, { groups }, { columns: 50 })).toContain("\n  flotilla restart\n");
  });

  it("counts causes beyond ten", () => {
    const many = Array.from({ length: 13 }, () => groups[0]!);
    expect(summary(failed, { groups: many })).toContain("and 3 more causes: flotilla tasks --state failed");
  });

  it("lets nothing of an error reach the terminal as a command", () => {
    const evil = [{ ...groups[0]!, error: "\u001b[2J", at: "\u001b[2J", example: "train[\u001b[2J]" }];
    expect(summary(failed, { groups: evil })).not.toContain("\u001b");
  });
});

it("quotes words that a shell would take apart", () => {
  expect(quote("report")).toBe("report");
  expect(quote("train[n=1]")).toBe("'train[n=1]'");
  expect(quote("it's")).toBe("'it'\\''s'");
});
