import type { TaskDetail, TaskSummary } from "../../../src/api/schemas/task.ts";
import { keyText } from "../format/key.ts";

export function refOf(step: string, key: TaskSummary["key"]): string {
  return Object.keys(key).length === 0 ? step : `${step}[${keyText(key).replaceAll(", ", ",")}]`;
}

/** A task as lists have it: it succeeded. */
export function makeTask(overrides: Partial<TaskSummary> = {}): TaskSummary {
  const step = overrides.step ?? "train";
  const key = overrides.key ?? { origin: "JFK", carrier: "B6", month: 7 };
  const startedAt = overrides.startedAt ?? Date.now() - 300_000;
  return {
    ref: refOf(step, key),
    step,
    key,
    state: "succeeded",
    why: "ran: all it needs had succeeded",
    attempts: 1,
    readyAt: startedAt - 41_000,
    startedAt,
    endedAt: startedAt + 12_400,
    values: {},
    ...overrides,
  };
}

type Attempt = TaskDetail["attemptsMade"][number];

export function makeAttempt(overrides: Partial<Attempt> = {}): Attempt {
  const intendedAt = overrides.intendedAt ?? Date.now() - 300_000;
  return {
    id: "01k0attempt",
    number: 1,
    state: "ended",
    platform: "local",
    why: "first attempt",
    intendedAt,
    runningAt: intendedAt + 240,
    workStartedAt: intendedAt + 610,
    workEndedAt: intendedAt + 12_300,
    endedAt: intendedAt + 12_400,
    host: "worker-3",
    pid: 4121,
    folder: "/home/ada/flights/.flotilla/attempts/01k0attempt",
    asked: { cpu: 1, memoryBytes: 512 * 2 ** 20 },
    used: { cpuSeconds: 10.9, peakMemoryBytes: 301 * 2 ** 20 },
    code: "8f14e45fceea167a",
    ...overrides,
  };
}

export function makeTaskDetail(overrides: Partial<TaskDetail> = {}): TaskDetail {
  const task = makeTask(overrides);
  const at = task.readyAt ?? Date.now();
  return {
    ...task,
    run: "run",
    work: `python flights.train:fit`,
    inputs: [],
    outputs: [],
    needs: [],
    needsTotal: 0,
    feeds: [],
    feedsTotal: 0,
    attemptsMade: [makeAttempt({ intendedAt: task.startedAt ?? at })],
    history: [
      { at, lastedMs: 41_000, what: "waited 41 s: pool gpu full (4 of 4)" },
      { at: at + 41_000, lastedMs: 610, what: "starting on local" },
      { at: at + 41_610, lastedMs: 11_700, what: "working" },
    ],
    commands: [
      { what: "Show it", line: `flotilla show '${task.ref}'` },
      { what: "Its log", line: `flotilla logs '${task.ref}'` },
    ],
    ...overrides,
  };
}
