import { makeAttemptId, makeRunId, type EngineId, type RunId } from "../../core/ids.ts";
import type { Plan } from "../../core/plan.ts";
import { noCounts } from "../../core/task-state.ts";
import type { AttemptRow, Claim, Commit, NewRun, Store, TaskRow } from "../store.ts";

export const engineA = "engine-a" as EngineId;
export const engineB = "engine-b" as EngineId;

let made = 0;

/** Sorted by the order in which they are made, as in life. */
export function newRunId(): RunId {
  return makeRunId(1_700_000_000_000 + ++made * 1000, Math.random);
}

export function plan(overrides: Partial<Plan> = {}): Plan {
  return {
    format: 1,
    pipeline: "flight-delays",
    params: { lateMinutes: 15 },
    paramsSchema: {},
    selection: { name: "pr", scenarios: 1, of: 1, coverage: [], pairs: { covered: 0, of: 0 }, narrowed: [] },
    scenarios: { size: 0, columns: [] },
    steps: [],
    leftOut: [],
    failFast: false,
    pools: {},
    source: "abc",
    ...overrides,
  };
}

export function newRun(overrides: Partial<NewRun> = {}): NewRun {
  const id = newRunId();
  return {
    id,
    plan: plan(),
    planHash: "plan-1",
    code: undefined,
    startedBy: "anna",
    project: "/home/anna/flights",
    profile: "laptop",
    platforms: {},
    counts: [{ ...noCounts(), waiting: 3 }],
    ...overrides,
  };
}

/** A new run, claimed by an engine. */
export async function ownRun(
  store: Store,
  options: { run?: Partial<NewRun>; engine?: EngineId; leaseMs?: number } = {},
): Promise<Claim> {
  const run = newRun(options.run);
  await store.createRun(run);
  return (await store.claim({ engine: options.engine ?? engineA, leaseMs: options.leaseMs ?? 60_000, run: run.id }))!;
}

export function commitFor({ run, fence }: Claim, changes: Partial<Commit> = {}): Commit {
  return {
    run: run.id,
    fence,
    version: run.version,
    counts: run.counts,
    tasks: [],
    newAttempts: [],
    attempts: [],
    handled: [],
    ...changes,
  };
}

export function taskRow(overrides: Partial<TaskRow> = {}): TaskRow {
  return {
    step: 0,
    task: 0,
    ref: "train[origin=JFK]",
    state: "active",
    why: "everything it needs is there",
    attempts: 1,
    class: undefined,
    cause: undefined,
    error: undefined,
    outputs: undefined,
    memory: undefined,
    readyAt: 1_700_000_000_000,
    startedAt: undefined,
    endedAt: undefined,
    ...overrides,
  };
}

export function attemptRow(run: RunId, overrides: Partial<AttemptRow> = {}): AttemptRow {
  const { step = 0, task = 0, number = 1 } = overrides;
  return {
    id: makeAttemptId(run, step, task, number),
    step,
    task,
    number,
    state: "intended",
    platform: "local",
    why: "first attempt",
    waitedFor: "pool:gpu",
    holds: {},
    spec: null,
    code: undefined,
    handle: undefined,
    class: undefined,
    evidence: undefined,
    intendedAt: 1_700_000_000_000,
    runningAt: undefined,
    endedAt: undefined,
    ...overrides,
  };
}

export async function endRun(store: Store, claim: Claim, version = claim.run.version): Promise<void> {
  await store.commit(
    commitFor(claim, { version, state: { state: "succeeded", why: "all done", startedAt: 1, endedAt: 2 } }),
  );
  await store.release(claim.run.id, claim.fence);
}

/** Polls until `check` holds; fails after half a minute. */
export async function eventually(check: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 30_000;
  while (!(await check())) {
    if (performance.now() > giveUpAt) throw new Error("it did not happen within half a minute");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
