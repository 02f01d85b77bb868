import type { RunDetail, RunSummary } from "../../src/api/schemas/run.ts";
import { noCounts } from "../../src/core/task-state.ts";

/** A run as the API shows it; what does not matter to a test is made up. */
export function runSummary(more: Partial<RunSummary> = {}): RunSummary {
  return {
    id: "r0000000abcd",
    pipeline: "flights",
    selection: "all",
    profile: "laptop",
    params: {},
    changedParams: [],
    state: "running",
    why: "it was started",
    quarantined: false,
    driven: true,
    project: "/project",
    startedBy: "ada",
    createdAt: 1_000,
    plan: "sha256:0",
    version: 1,
    tasks: { ...noCounts(), total: 0 },
    ...more,
  };
}

export function runDetail(more: Partial<RunDetail> = {}): RunDetail {
  return {
    ...runSummary(),
    coverage: { name: "all", scenarios: 1, of: 1, inWords: "1 of 1", narrowed: [] },
    dimensions: [],
    steps: [],
    edges: [],
    leftOut: [],
    asked: [],
    actions: [],
    ...more,
  };
}
