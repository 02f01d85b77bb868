import type { RunDetail, RunSummary } from "../../../src/api/schemas/run.ts";
import type { StateCounts } from "../format/states.ts";
import { fakeId } from "./random.ts";

export function makeCounts(overrides: Partial<StateCounts> = {}): StateCounts {
  return {
    waiting: 0,
    ready: 0,
    active: 0,
    backoff: 0,
    succeeded: 0,
    failed: 0,
    blocked: 0,
    skipped: 0,
    cancelled: 0,
    reused: 0,
    ...overrides,
  };
}

export function totalOf(counts: StateCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

export function makeTaskCounts(overrides: Partial<StateCounts> = {}): RunSummary["tasks"] {
  const counts = makeCounts(overrides);
  return { ...counts, total: totalOf(counts) };
}

/** A run as lists have it: it succeeded, two minutes long. */
export function makeRun(overrides: Partial<RunSummary> = {}): RunSummary {
  const createdAt = overrides.createdAt ?? Date.now() - 600_000;
  return {
    id: fakeId("run"),
    pipeline: "flight-delays",
    selection: "release",
    profile: "laptop",
    params: { lateMinutes: 15, tune: false },
    changedParams: [],
    state: "succeeded",
    why: "all 442 tasks succeeded",
    quarantined: false,
    driven: false,
    project: "/home/ada/flights",
    startedBy: "ada",
    createdAt,
    startedAt: createdAt + 400,
    endedAt: createdAt + 124_000,
    code: "8f14e45fceea167a5a36dedd4bea2543",
    plan: "c4ca4238a0b923820dcc509a6f75849b",
    version: 10,
    tasks: makeTaskCounts({ succeeded: 442 }),
    ...overrides,
  };
}

export function makeStep(
  overrides: Partial<RunDetail["steps"][number]> & { readonly name: string },
): RunDetail["steps"][number] {
  const counts = overrides.counts ?? makeCounts({ succeeded: overrides.tasks ?? 1 });
  return {
    by: [],
    work: `python flights.${overrides.name}:run`,
    kind: "python",
    on: "local",
    needs: "1 CPU, 512 MiB",
    tasks: totalOf(counts),
    outputs: [],
    medianMs: 3_200,
    ...overrides,
    counts,
  };
}

export function makeEdge(
  overrides: Partial<RunDetail["edges"][number]> & { readonly from: string; readonly to: string },
): RunDetail["edges"][number] {
  return { kind: "one-to-one", input: overrides.from, needs: "succeeded", atLeast: 1, pairs: 1, ...overrides };
}
