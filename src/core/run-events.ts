import { type LiveAttempt, type LiveRun, memoryOf, stateOf } from "./live-run.ts";
import { reckon, reset } from "./reckon.ts";
import { setState } from "./settle.ts";
import { withdrawFollowers } from "./succession.ts";
import { type RunState, runStateFacts, taskStateFacts } from "./task-state.ts";
import type { Effect } from "./run-event.ts";

/** Starts a run, or goes on with one whose states were read from the store. */
export function beginRun(run: LiveRun, now: number): Effect[] {
  if (run.startedAt === undefined) {
    run.startedAt = now;
    setRunState(run, run.state, "started");
  }
  if (run.plan.timeoutMs !== undefined) run.due.add({ type: "run-timeout", at: run.startedAt + run.plan.timeoutMs });
  reckon(run, now);
  if (run.state === "cancelling") return cancelTasks(run, run.why, now);
  // Attempts of an engine before us whose inputs are being made anew: a restart came, and then that engine died.
  const outdated = [...run.active.values()].filter(({ step, task }) => run.steps[step]!.unsettled[task]! > 0);
  return [...supersede(outdated), ...(run.state === "paused" ? withdrawFollowers(run) : [])];
}

function supersede(attempts: readonly LiveAttempt[]): Effect[] {
  return attempts.map((attempt) => {
    attempt.ending = "superseded";
    return { type: "cancel", attempt: attempt.id, why: "cancel" };
  });
}

export function setRunState(run: LiveRun, state: RunState, why: string): void {
  run.state = state;
  run.why = why;
  run.changes.run = true;
}

/** Nothing new is started; what runs, runs on. */
export function pauseRun(run: LiveRun, why: string): Effect[] {
  if (run.state !== "running") return [];
  setRunState(run, "paused", why);
  return withdrawFollowers(run);
}

export function resumeRun(run: LiveRun, by: string): Effect[] {
  if (run.state === "paused") setRunState(run, "running", `resumed by ${by}`);
  return [];
}

/** Ends a run before its time: what has not started never will, what runs is ended, and the run waits for proof of that. */
export function cancelRun(run: LiveRun, endsAs: LiveRun["endsAs"], why: string, now: number): Effect[] {
  if (runStateFacts[run.state].ended || run.state === "cancelling") return [];
  run.endsAs = endsAs;
  setRunState(run, "cancelling", why);
  return cancelTasks(run, why, now);
}

function cancelTasks(run: LiveRun, why: string, now: number): Effect[] {
  giveUpUnstarted(run, why, now);
  const effects: Effect[] = [];
  for (const attempt of run.active.values()) {
    if (attempt.ending === undefined || attempt.ending === "withdrawn") attempt.ending = "cancel";
    effects.push({ type: "cancel", attempt: attempt.id, why: attempt.ending === "timeout" ? "timeout" : "cancel" });
  }
  return effects;
}

/** Cancels every task that has no attempt alive. Nobody needs telling: all that hang on them are cancelled here too. */
export function giveUpUnstarted(run: LiveRun, why: string, now: number): void {
  for (const step of run.steps) {
    step.ready.clear();
    for (let task = 0; task < step.size; task++) {
      const state = stateOf(run, step.index, task);
      if (taskStateFacts[state].settled || state === "active") continue;
      setState(run, step.index, task, "cancelled");
      const memory = memoryOf(step, task);
      memory.why = why;
      memory.endedAt = now;
    }
  }
}

/** Runs tasks again, with all that hangs on them. An ended run comes back to life. */
export function restartTasks(
  run: LiveRun,
  tasks: readonly { readonly step: number; readonly task: number }[],
  by: string,
  now: number,
): Effect[] {
  if (run.state === "cancelling") return [];
  const { count, superseded } = reset(run, tasks, by);
  if (count === 0) return [];
  if (runStateFacts[run.state].ended) {
    run.endedAt = undefined;
    run.startedAt = now;
    if (run.plan.timeoutMs !== undefined) run.due.add({ type: "run-timeout", at: now + run.plan.timeoutMs });
  }
  setRunState(
    run,
    run.state === "paused" ? "paused" : "running",
    `${count} ${count === 1 ? "task" : "tasks"} restarted by ${by}`,
  );
  reckon(run, now);
  return supersede(superseded);
}

/** A run ends when every task is settled and every attempt is proven over. */
export function endRunIfDone(run: LiveRun, now: number): void {
  if (run.startedAt === undefined || runStateFacts[run.state].ended || run.open > 0 || run.active.size > 0) return;
  const failed = run.steps.reduce((sum, { counts }) => sum + counts.failed + counts.blocked, 0);
  const cancelled = run.steps.reduce((sum, { counts }) => sum + counts.cancelled, 0);
  run.endedAt = now;
  run.due.clear();
  if (run.state === "cancelling") setRunState(run, run.endsAs, run.why);
  else if (failed + cancelled > 0)
    setRunState(run, "failed", `${failed + cancelled} of ${total(run)} tasks did not succeed`);
  else setRunState(run, "succeeded", "every task is done");
}

function total(run: LiveRun): number {
  return run.steps.reduce((sum, step) => sum + step.size, 0);
}
