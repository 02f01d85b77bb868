import type { AttemptId } from "./ids.ts";
import { classify } from "./classify.ts";
import { defined } from "./defined.ts";
import { assertNever } from "./errors.ts";
import type { Evidence } from "./evidence.ts";
import { describeFailure, failureCause } from "./failure-cause.ts";
import { platformFor } from "./last-attempt.ts";
import { failForGood } from "./give-up.ts";
import { type LiveAttempt, type LiveRun, memoryOf } from "./live-run.ts";
import type { Outputs } from "./output-value.ts";
import { decideRetry } from "./retry.ts";
import type { RetryClass } from "./retry-class.ts";
import { makeReady, resolve, settle, setState } from "./settle.ts";
import { leavePlace, passPlaceOn } from "./succession.ts";
import type { Effect } from "./run-event.ts";

interface Ended {
  readonly attempt: AttemptId;
  readonly at: number;
  readonly evidence: Evidence;
  readonly outputs: Outputs;
  readonly roll: number;
}

/** An attempt is proven over: its task succeeded, is tried again later, or has failed for good. */
export function attemptEnded(run: LiveRun, ended: Ended, now: number): Effect[] {
  const attempt = run.active.get(ended.attempt);
  if (attempt === undefined) return [];
  run.active.delete(attempt.id);
  leavePlace(run, attempt);
  const effects = passPlaceOn(run, attempt);
  attempt.state = "ended";
  attempt.endedAt = ended.at;
  attempt.evidence = { ...ended.evidence, ...endedByUs(run, attempt) };
  run.changes.attempts.add(attempt);
  settleAttempt(run, attempt, ended, now);
  return effects;
}

/** What we know better than its platform. */
function endedByUs(run: LiveRun, { ending, step }: LiveAttempt): Partial<Evidence> {
  if (ending === undefined || ending === "withdrawn") return {};
  if (ending !== "timeout") return { endedByUs: "cancel" };
  return { endedByUs: "timeout", ...defined({ timeLimitMs: run.plan.steps[step]!.timeoutMs }) };
}

function settleAttempt(run: LiveRun, attempt: LiveAttempt, ended: Ended, now: number): void {
  const { evidence } = attempt;
  if (run.state !== "cancelling") {
    if (attempt.ending === "superseded") return waitAgain(run, attempt, now);
    if (attempt.ending === "withdrawn" && evidence!.neverStarted !== undefined)
      return makeReady(run, attempt.step, attempt.task, now, attempt.why);
  }
  const verdict = classify(evidence!);
  switch (verdict.type) {
    case "succeeded":
      succeed(run, attempt, ended.outputs, now);
      break;
    case "cancelled":
      memoryOf(run.steps[attempt.step]!, attempt.task).why = run.why;
      settle(run, attempt.step, attempt.task, "cancelled", now);
      break;
    case "failed":
      attempt.class = verdict.class;
      fail(run, attempt, verdict.class, ended.roll, now);
      break;
    default:
      assertNever(verdict);
  }
}

/** What it read is being made anew, so whatever came of it is void. */
function waitAgain(run: LiveRun, attempt: LiveAttempt, now: number): void {
  setState(run, attempt.step, attempt.task, "waiting");
  const step = run.steps[attempt.step]!;
  step.memory.delete(attempt.task);
  if (step.unsettled[attempt.task] === 0)
    resolve(run, attempt.step, attempt.task, now, (s, t, state) => settle(run, s, t, state, now));
}

function succeed(run: LiveRun, attempt: LiveAttempt, outputs: Outputs, now: number): void {
  const step = run.steps[attempt.step]!;
  if (Object.keys(outputs).length > 0) step.outputs[attempt.task] = outputs;
  const memory = memoryOf(step, attempt.task);
  memory.why = attempt.why;
  memory.class = undefined;
  memory.cause = undefined;
  memory.error = undefined;
  settle(run, attempt.step, attempt.task, "succeeded", now);
}

function fail(run: LiveRun, attempt: LiveAttempt, retryClass: RetryClass, roll: number, now: number): void {
  const planned = run.plan.steps[attempt.step]!;
  const memory = memoryOf(run.steps[attempt.step]!, attempt.task);
  const decision = decideRetry(retryClass, planned.retry, attempt.resources, memory.used, roll);
  memory.used = decision.used;
  if (decision.type === "give-up" || run.state === "cancelling") {
    failForGood(run, attempt.step, attempt.task, retryClass, attempt.evidence!, decision.why, now);
    return;
  }
  memory.class = retryClass;
  memory.error = describeFailure(retryClass, attempt.evidence!);
  memory.cause = failureCause(planned.name, retryClass, attempt.evidence!);
  const next = platformFor(planned, decision.used);
  memory.why = next === attempt.platform ? decision.why : `${decision.why}, on ${next}`;
  memory.dueAt = now + decision.afterMs;
  setState(run, attempt.step, attempt.task, "backoff");
  run.due.add({ type: "backoff", at: memory.dueAt, step: attempt.step, task: attempt.task });
}
