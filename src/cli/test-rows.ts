import pc from "picocolors";
import type { RunId } from "../core/ids.ts";
import { noCounts, type StateCounts } from "../core/task-state.ts";
import type { RunRow, TaskRow } from "../store/store.ts";
import { from, grid, planOf, planStep } from "../../test/helpers/plans.ts";
import type { Terminal } from "./terminal.ts";

/** Rows and plans made by hand, for tests of what is shown. */
export const runId = "r1k2m3n4p5q6" as RunId;

export const flights = planOf(
  grid({ origin: ["EWR", "JFK", "LGA"], carrier: ["AA", "B6"], month: [1, 2, 3] }),
  [
    planStep("extract", []),
    planStep("features", ["origin"], { inputs: { flights: from("extract") } }),
    planStep("train", ["origin", "carrier", "month"], { inputs: { flights: from("features") } }),
    planStep("compare", ["origin", "carrier"], { inputs: { auc: from("train", { collect: { atLeast: 0.95 } }) } }),
    planStep("report", [], {
      inputs: { best: from("compare", { collect: { atLeast: 1 } }) },
      outputs: { report: { type: "file", path: "report.html" } },
    }),
  ],
  { pipeline: "flight-delays" },
);

export function counts(of: Partial<StateCounts>): StateCounts {
  return { ...noCounts(), ...of };
}

/** A run of `flights`, by default in the midst of it. */
export function runRow(over: Partial<RunRow> = {}): RunRow {
  return {
    id: runId,
    pipeline: "flight-delays",
    planHash: "sha256:plan",
    code: undefined,
    selection: "all",
    profile: "laptop",
    platforms: {},
    params: {},
    state: "running",
    why: "",
    fence: 1,
    owner: undefined,
    leased: false,
    quarantined: false,
    version: 7,
    counts: [
      counts({ succeeded: 1 }),
      counts({ succeeded: 3 }),
      counts({ succeeded: 9, failed: 1, active: 2, backoff: 1, ready: 5 }),
      counts({ blocked: 1, waiting: 5 }),
      counts({ blocked: 1 }),
    ],
    startedBy: "somebody",
    createdAt: 1_000_000,
    startedAt: 1_000_000,
    endedAt: undefined,
    project: "/project",
    file: "pipeline.ts",
    changedParams: [],
    ...over,
  };
}

export function taskRow(over: Partial<TaskRow> = {}): TaskRow {
  return {
    step: 2,
    task: 0,
    ref: "train[origin=EWR,carrier=AA,month=1]",
    state: "succeeded",
    why: "",
    attempts: 1,
    class: undefined,
    cause: undefined,
    error: undefined,
    outputs: undefined,
    memory: undefined,
    readyAt: undefined,
    startedAt: 1_000_000,
    endedAt: 1_000_340,
    ...over,
  };
}

export const noPaint = pc.createColors(false);

/** A terminal that remembers what was said. */
export function fakeTerminal(over: Partial<Terminal> = {}): Terminal & { printed: string[]; noted: string[] } {
  const printed: string[] = [];
  const noted: string[] = [];
  return {
    printed,
    noted,
    json: false,
    interactive: false,
    color: false,
    columns: 100,
    rows: 24,
    paint: noPaint,
    print: (text) => void printed.push(text),
    write: (text) => void printed.push(text),
    drained: () => Promise.resolve(),
    note: (text) => void noted.push(text),
    divertNotes: () => () => undefined,
    ...over,
  };
}
