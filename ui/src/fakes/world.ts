import type { RunDetail, RunSummary } from "../../../src/api/schemas/run.ts";
import type { TaskSummary } from "../../../src/api/schemas/task.ts";
import type { TaskState } from "../format/states.ts";
import { makeCounts, makeEdge, makeRun, makeStep, makeTaskCounts } from "./make-run.ts";
import { makeTask } from "./make-task.ts";
import { drawn, fakeId } from "./random.ts";

const origins = ["EWR", "JFK", "LGA"];
const carriers = ["9E", "AA", "B6", "DL", "EV", "F9", "FL", "MQ", "OO", "UA", "US", "WN"];

/** A project with one large run under way, and as many others as wanted. */
export interface World {
  readonly runs: readonly RunSummary[];
  readonly detail: RunDetail;
  readonly tasks: readonly TaskSummary[];
}

export function makeWorld({ months = 12, runs = 60, now = Date.now() } = {}): World {
  const tasks = [...fleetTasks(months, now)];
  const detail = detailOf(tasks, now);
  return { detail, tasks, runs: [detail, ...otherRuns(runs, now)] };
}

function* fleetTasks(months: number, now: number): Generator<TaskSummary> {
  yield makeTask({ step: "extract", key: {}, startedAt: now - 900_000, endedAt: now - 868_000 });
  for (const origin of origins)
    yield makeTask({ step: "features", key: { origin }, startedAt: now - 860_000, endedAt: now - 841_000 });
  for (const origin of origins)
    for (const carrier of carriers)
      for (let month = 1; month <= months; month++) yield training({ origin, carrier, month }, now);
  for (const origin of origins)
    for (const carrier of carriers) {
      const state: TaskState = carrier === "OO" ? "blocked" : "waiting";
      yield waitingTask("compare", { origin, carrier }, state);
    }
  yield waitingTask("report", {}, "waiting");
}

function training(key: { origin: string; carrier: string; month: number }, now: number): TaskSummary {
  const seed = JSON.stringify(key);
  const luck = drawn(seed);
  const state: TaskState =
    key.carrier === "OO"
      ? "failed"
      : luck < 0.72
        ? "succeeded"
        : luck < 0.76
          ? "active"
          : luck < 0.77
            ? "backoff"
            : luck < 0.8
              ? "reused"
              : "ready";
  const startedAt = now - 800_000 + luck * 700_000;
  const shared = { step: "train", key, state, values: {} };
  switch (state) {
    case "succeeded":
    case "reused":
      return makeTask({
        ...shared,
        startedAt,
        endedAt: startedAt + 4_000 + luck * 30_000,
        values: { auc: 0.61 + drawn(`auc ${seed}`) * 0.3, rows: Math.round(luck * 9_000) },
      });
    case "failed":
      return makeTask({
        ...shared,
        startedAt,
        endedAt: startedAt + 3_000,
        attempts: 2,
        class: "user",
        cause: "user ValueError: not enough flights in # days flights/train.py:48",
        error: "ValueError: not enough flights in 28 days",
        why: "failed in its code, twice; no retries are left",
      });
    case "active": {
      const { endedAt: _, ...task } = makeTask({ ...shared, startedAt: now - luck * 40_000, why: "runs on local" });
      return task;
    }
    default:
      return waitingTask("train", key, state);
  }
}

function waitingTask(step: string, key: TaskSummary["key"], state: TaskState): TaskSummary {
  const {
    startedAt: _,
    endedAt: _ended,
    readyAt: _ready,
    ...task
  } = makeTask({
    step,
    key,
    state,
    attempts: state === "backoff" ? 1 : 0,
    why:
      { blocked: "a training it reads has failed", waiting: "waits for what it reads", backoff: "next try in 12 s" }[
        state as "blocked"
      ] ?? "waits for room: 2 of 2 CPUs in use",
  });
  return task;
}

function detailOf(tasks: readonly TaskSummary[], now: number): RunDetail {
  const counted = (step?: string) => {
    const counts: Record<TaskState, number> = { ...makeCounts() };
    for (const task of tasks) if (step === undefined || task.step === step) counts[task.state]++;
    return counts;
  };
  const step = (name: string, by: string[], more: Partial<RunDetail["steps"][number]> = {}) =>
    makeStep({ name, by, counts: counted(name), ...more });
  const summary = makeRun({
    id: fakeId("large"),
    state: "running",
    why: "2 of 2 CPUs are in use; 97 tasks wait for room",
    driven: true,
    createdAt: now - 905_000,
    startedAt: now - 904_000,
    expectedEndAt: now + 260_000,
    params: { lateMinutes: 30, tune: false },
    changedParams: ["lateMinutes"],
    tasks: makeTaskCounts(counted()),
  });
  const { endedAt: _, ...running } = summary;
  return {
    ...running,
    description: "Which flights will be late",
    coverage: {
      name: "release",
      scenarios: 399,
      of: 399,
      inWords: "all 399 scenarios: all 3 origins, all 12 carriers, all 12 months",
      narrowed: [],
    },
    dimensions: [
      { name: "origin", role: "dimension", ordered: false, values: 3 },
      { name: "carrier", role: "dimension", ordered: false, values: 12 },
      { name: "month", role: "dimension", ordered: true, values: 12 },
      { name: "rows", role: "label", ordered: false, values: 271 },
    ],
    steps: [
      step("extract", [], { outputs: [{ name: "flights", type: "file" }], medianMs: 32_000 }),
      step("features", ["origin"], { outputs: [{ name: "features", type: "file" }], medianMs: 19_000 }),
      step("train", ["origin", "carrier", "month"], {
        needs: "1 CPU, 1 GiB",
        medianMs: 12_400,
        outputs: [
          { name: "model", type: "file" },
          { name: "auc", type: "number" },
          { name: "rows", type: "number" },
        ],
      }),
      step("compare", ["origin", "carrier"], { outputs: [{ name: "ranking", type: "json" }] }),
      step("report", [], { outputs: [{ name: "report", type: "file" }] }),
    ],
    edges: [
      makeEdge({ from: "extract", to: "features", kind: "broadcast" }),
      makeEdge({ from: "features", to: "train", kind: "broadcast" }),
      makeEdge({ from: "train", to: "compare", kind: "collect" }),
      makeEdge({ from: "compare", to: "report", kind: "collect", atLeast: 0.95 }),
    ],
    leftOut: [{ step: "tune", reason: "tune is false" }],
    perSecond: 1.6,
    asked: [],
    actions: ["pause", "restart", "cancel"],
  };
}

function* otherRuns(count: number, now: number): Generator<RunSummary> {
  const people = ["ada", "grace", "linus", "nightly"];
  const pipelines = ["flight-delays", "flight-delays", "employment", "demand-forecast"];
  for (let at = 1; at < count; at++) {
    const luck = drawn(`run ${at}`);
    const total = Math.round(20 + luck * 20_000);
    const failed = luck > 0.7 ? Math.ceil(luck * 12) : 0;
    const createdAt = now - at * 3_100_000 - luck * 900_000;
    const state = luck > 0.96 ? "cancelled" : failed > 0 ? "failed" : "succeeded";
    yield makeRun({
      id: fakeId(`run ${at}`),
      pipeline: pipelines[Math.floor(drawn(`pipeline ${at}`) * 4)] ?? "employment",
      selection: ["release", "pr", "ci"][at % 3] ?? "ci",
      startedBy: people[at % 4] ?? "ada",
      state,
      why:
        state === "failed"
          ? `${failed} tasks failed`
          : state === "cancelled"
            ? "cancelled by ada"
            : `all ${total} tasks succeeded`,
      createdAt,
      startedAt: createdAt + 300,
      endedAt: createdAt + 20_000 + luck * 3_000_000,
      params: { lateMinutes: 15 + (at % 4) * 5, tune: at % 5 === 0 },
      changedParams: [...(at % 4 === 0 ? [] : ["lateMinutes"]), ...(at % 5 === 0 ? ["tune"] : [])],
      tasks: makeTaskCounts({ succeeded: total - failed, failed, blocked: failed > 5 ? 3 : 0 }),
    });
  }
}
