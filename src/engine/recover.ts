import { makeAttemptId } from "../core/ids.ts";
import { type LiveAttempt, type LiveRun, makeLiveRun, memoryOf, noChanges } from "../core/live-run.ts";
import type { Plan, Resources } from "../core/plan.ts";
import { unused, type BudgetsUsed } from "../core/retry.ts";
import { resourcesOf } from "../core/attempt-start.ts";
import { setState } from "../core/settle.ts";
import { makeTopology } from "../core/topology.ts";
import type { AttemptSpec } from "../platforms/platform.ts";
import type { AttemptRow, RunRow, TaskRow } from "../store/store.ts";
import { describeAttempt } from "./attempt-spec.ts";

export interface StoredRun {
  readonly run: RunRow;
  readonly plan: Plan;
  readonly tasks: readonly TaskRow[];
  /** Those that have not ended. */
  readonly attempts: readonly AttemptRow[];
}

/** A run as it was left in the store. What its waiting tasks wait for is worked out by the `begin` event. */
export function rebuild({ run, plan, tasks, attempts }: StoredRun, now: number): LiveRun {
  const live = makeLiveRun(run.id, plan, makeTopology(plan));
  live.state = run.state;
  live.why = run.why;
  live.startedAt = run.startedAt;
  live.endedAt = run.endedAt;
  // A run that is being cancelled after its time limit was cancelled for it.
  if (plan.timeoutMs !== undefined && run.startedAt !== undefined && run.startedAt + plan.timeoutMs <= now)
    live.endsAs = "failed";
  for (const row of tasks) putBack(live, row);
  for (const row of attempts) putBackAttempt(live, row);
  for (const row of attempts) putBackBehind(live, row);
  live.changes = noChanges(live.steps.length);
  return live;
}

function putBack(live: LiveRun, row: TaskRow): void {
  const step = live.steps[row.step]!;
  step.attempts[row.task] = row.attempts;
  if (row.outputs !== undefined) step.outputs[row.task] = row.outputs;
  setState(live, row.step, row.task, row.state);
  if (row.state === "waiting" && row.why !== "") step.reasons.set(row.task, row.why);
  if (row.state === "succeeded" || row.state === "waiting") return;
  const memory = memoryOf(step, row.task);
  memory.why = row.why;
  memory.class = row.class;
  memory.cause = row.cause;
  memory.error = row.error;
  memory.readyAt = row.readyAt;
  memory.startedAt = row.startedAt;
  memory.endedAt = row.endedAt;
  memory.used = (row.memory?.["used"] as BudgetsUsed | undefined) ?? unused;
  const dueAt = row.memory?.["dueAt"];
  if (row.state !== "backoff" || typeof dueAt !== "number") return;
  memory.dueAt = dueAt;
  live.due.add({ type: "backoff", at: dueAt, step: row.step, task: row.task });
}

function putBackAttempt(live: LiveRun, row: AttemptRow): void {
  const attempt: LiveAttempt = {
    id: makeAttemptId(live.id, row.step, row.task, row.number),
    step: row.step,
    task: row.task,
    number: row.number,
    platform: row.platform,
    why: row.why,
    waitedFor: row.waitedFor,
    resources: resourcesGiven(live, row),
    holds: row.holds,
    behind: undefined,
    state: row.state,
    intendedAt: row.intendedAt,
    runningAt: row.runningAt,
    endedAt: undefined,
    handle: row.handle,
    class: undefined,
    evidence: undefined,
    ending: undefined,
  };
  live.active.set(attempt.id, attempt);
  live.steps[row.step]!.active++;
  const { timeoutMs } = live.plan.steps[row.step]!;
  if (timeoutMs !== undefined && row.runningAt !== undefined)
    live.due.add({ type: "timeout", at: row.runningAt + timeoutMs, attempt: attempt.id });
}

/** It holds something from the commit on in which the one before it has ended. */
function putBackBehind(live: LiveRun, row: AttemptRow): void {
  const behind = (row.spec as unknown as AttemptSpec | null)?.behind;
  if (behind === undefined || !live.active.has(behind) || Object.keys(row.holds).length > 0) return;
  live.active.get(row.id)!.behind = behind;
  live.followers.set(behind, row.id);
  live.steps[row.step]!.active--;
}

function resourcesGiven(live: LiveRun, row: AttemptRow): Resources {
  const spec = row.spec as unknown as AttemptSpec | null;
  return spec?.resources ?? resourcesOf(live, row.step, row.task);
}

/** What an attempt from the store was given: as recorded, or for a noop, of which nothing is recorded, worked out anew. */
export function specOf(live: LiveRun, row: AttemptRow): AttemptSpec {
  const recorded = row.spec as unknown as AttemptSpec | null;
  return recorded ?? describeAttempt(live, live.active.get(row.id)!, row.code);
}
