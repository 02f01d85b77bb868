import type { AttemptId } from "./ids.ts";
import type { Evidence } from "./evidence.ts";
import type { JsonObject } from "./json.ts";
import type { Effect, RunEvent } from "./run-event.ts";
import { attemptEnded } from "./attempt-ended.ts";
import { assertNever } from "./errors.ts";
import { startAttempt, takeBackAttempt } from "./attempt-start.ts";
import { failForGood } from "./give-up.ts";
import type { LiveRun } from "./live-run.ts";
import { beginRun, cancelRun, endRunIfDone, pauseRun, restartTasks, resumeRun } from "./run-events.ts";
import { stateOf } from "./live-run.ts";
import { makeReady } from "./settle.ts";
import { overtake, takeBackOvertake } from "./succession.ts";
import { formatDuration } from "./units.ts";

/**
 * The whole behaviour of a run: applies one event and answers with what has to be done outside. Runs nothing, reads no
 * clock and draws no random number, so equal runs and equal events give equal histories. An event that does not fit the
 * state (a report about an attempt that is over, a second cancellation) changes nothing.
 *
 * @param now milliseconds since 1970; never smaller than in the call before.
 * @returns the same run, changed in place (see `LiveRun`), and the effects in order.
 */
export function transition(run: LiveRun, event: RunEvent, now: number): [LiveRun, Effect[]] {
  const effects = apply(run, event, now);
  endRunIfDone(run, now);
  return [run, effects];
}

function apply(run: LiveRun, event: RunEvent, now: number): Effect[] {
  switch (event.type) {
    case "begin":
      return beginRun(run, now);
    case "tick":
      return tick(run, now);
    case "start":
      return startAttempt(run, event, now);
    case "start-refused":
      return takeBackAttempt(run, event.attempt, now);
    case "overtake":
      return overtake(run, event.attempt, event.holds);
    case "overtake-refused":
      return takeBackOvertake(run, event.attempt, event.behind);
    case "impossible":
      return impossible(run, event, now);
    case "submitted":
      return submitted(run, event.attempt, event.handle);
    case "running":
      return running(run, event.attempt, event.at, event.handle, now);
    case "ended":
      return attemptEnded(run, event, now);
    case "pause":
      return pauseRun(run, event.why);
    case "resume":
      return resumeRun(run, event.by);
    case "cancel":
      return cancelRun(run, "cancelled", event.why, now);
    case "restart":
      return restartTasks(run, event.tasks, event.by, now);
    default:
      return assertNever(event);
  }
}

function submitted(run: LiveRun, id: AttemptId, handle: JsonObject): Effect[] {
  const attempt = run.active.get(id);
  // It may be told again, with what it waits for.
  if (attempt === undefined || attempt.state === "running") return [];
  attempt.state = "submitted";
  attempt.handle = handle;
  run.changes.attempts.add(attempt);
  return [];
}

function running(run: LiveRun, id: AttemptId, at: number, handle: JsonObject, now: number): Effect[] {
  const attempt = run.active.get(id);
  if (attempt === undefined || attempt.state === "running") return [];
  attempt.state = "running";
  attempt.runningAt = at;
  attempt.handle = handle;
  run.changes.attempts.add(attempt);
  const { timeoutMs } = run.plan.steps[attempt.step]!;
  // Counted from when we hear of it: the clock of the machine it runs on may be wrong.
  if (timeoutMs !== undefined) run.due.add({ type: "timeout", at: now + timeoutMs, attempt: id });
  return [];
}

function impossible(run: LiveRun, event: { step: number; task: number; message: string }, now: number): Effect[] {
  if (stateOf(run, event.step, event.task) !== "ready") return [];
  const evidence: Evidence = { completed: false, config: { code: "RESOURCES_IMPOSSIBLE", message: event.message } };
  failForGood(run, event.step, event.task, "config", evidence, event.message, now);
  return [];
}

function tick(run: LiveRun, now: number): Effect[] {
  return run.due.takeDue(now).flatMap((due): Effect[] => {
    switch (due.type) {
      case "backoff": {
        const memory = run.steps[due.step]!.memory.get(due.task);
        if (stateOf(run, due.step, due.task) === "backoff" && memory?.dueAt === due.at)
          makeReady(run, due.step, due.task, now, memory.why);
        return [];
      }
      case "timeout": {
        const attempt = run.active.get(due.attempt);
        if (attempt === undefined || (attempt.ending !== undefined && attempt.ending !== "withdrawn")) return [];
        attempt.ending = "timeout";
        return [{ type: "cancel", attempt: attempt.id, why: "timeout" }];
      }
      case "run-timeout":
        return run.plan.timeoutMs !== undefined && run.endedAt === undefined
          ? cancelRun(run, "failed", `ran longer than its time limit of ${formatDuration(run.plan.timeoutMs)}`, now)
          : [];
      default:
        return assertNever(due);
    }
  });
}
