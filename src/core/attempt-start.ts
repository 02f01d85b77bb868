import { defined } from "./defined.ts";
import { type AttemptId, makeAttemptId } from "./ids.ts";
import { type LiveRun, type LiveAttempt, memoryOf, stateOf } from "./live-run.ts";
import type { PerTask, Resources } from "./plan.ts";
import type { BudgetsUsed } from "./retry.ts";
import { makeReady, setState } from "./settle.ts";
import { leavePlace } from "./succession.ts";
import type { Effect, Start } from "./run-event.ts";

export function startAttempt(run: LiveRun, start: Start, now: number): Effect[] {
  const step = run.steps[start.step]!;
  if (run.state !== "running" || stateOf(run, start.step, start.task) !== "ready" || step.ready.peek() !== start.task)
    return [];
  step.ready.take();
  const number = ++step.attempts[start.task]!;
  const memory = memoryOf(step, start.task);
  const attempt: LiveAttempt = {
    id: makeAttemptId(run.id, start.step, start.task, number),
    step: start.step,
    task: start.task,
    number,
    platform: start.platform,
    why: memory.why,
    waitedFor: start.waitedFor,
    resources: resourcesOf(run, start.step, start.task),
    holds: start.behind === undefined ? start.holds : {},
    behind: start.behind,
    state: "intended",
    intendedAt: now,
    runningAt: undefined,
    endedAt: undefined,
    handle: undefined,
    class: undefined,
    evidence: undefined,
    ending: undefined,
  };
  memory.startedAt ??= now;
  run.active.set(attempt.id, attempt);
  if (start.behind === undefined) step.active++;
  else run.followers.set(start.behind, attempt.id);
  setState(run, start.step, start.task, "active");
  run.changes.newAttempts.add(attempt);
  return [{ type: "start", attempt: attempt.id }];
}

/** Undoes a start that was not committed. Its number is used again: nothing outside has heard of it. */
export function takeBackAttempt(run: LiveRun, id: AttemptId, now: number): Effect[] {
  const attempt = run.active.get(id);
  if (attempt === undefined || !run.changes.newAttempts.delete(attempt)) return [];
  run.active.delete(id);
  leavePlace(run, attempt);
  const step = run.steps[attempt.step]!;
  step.attempts[attempt.task]!--;
  memoryOf(step, attempt.task).startedAt = undefined;
  makeReady(run, attempt.step, attempt.task, now, attempt.why);
  return [];
}

/** What the next attempt of a task asks for: what the step says, with what earlier attempts have shown it to need. */
export function resourcesOf(run: LiveRun, step: number, task: number): Resources {
  return raisedResources(perTask(run.plan.steps[step]!.resources, task), run.steps[step]!.memory.get(task)?.used);
}

export function raisedResources(planned: Resources, used: BudgetsUsed | undefined): Resources {
  const { memoryBytes, diskBytes } = used ?? {};
  if (memoryBytes === undefined && diskBytes === undefined) return planned;
  return { ...planned, ...defined({ memoryBytes, diskBytes }) };
}

export function perTask<T>(table: PerTask<T>, task: number): T {
  return "all" in table ? table.all : table.values[table.of[task]!]!;
}
