import type { Evidence } from "./evidence.ts";
import { describeFailure, failureCause } from "./failure-cause.ts";
import { type LiveRun, memoryOf, refOf } from "./live-run.ts";
import type { RetryClass } from "./retry-class.ts";
import { giveUpUnstarted, setRunState } from "./run-events.ts";
import { settle } from "./settle.ts";

/** A task has failed and is not tried again: what needs it is blocked, and with `failFast` nothing new is started in the run. */
export function failForGood(
  run: LiveRun,
  step: number,
  task: number,
  retryClass: RetryClass,
  evidence: Evidence,
  why: string,
  now: number,
): void {
  const memory = memoryOf(run.steps[step]!, task);
  memory.class = retryClass;
  memory.cause = failureCause(run.plan.steps[step]!.name, retryClass, evidence);
  memory.error = describeFailure(retryClass, evidence);
  memory.why = why;
  settle(run, step, task, "failed", now);
  if (run.plan.failFast && run.state === "running")
    giveUpUnstarted(run, `${refOf(run, step, task)} failed, and the pipeline says failFast`, now);
  // A fault of ours is not the scenario's: rather than spoil the rest of the run, nothing new is started until a person looks.
  if (retryClass === "engine") quarantine(run, refOf(run, step, task));
}

function quarantine(run: LiveRun, task: string): void {
  if (run.state === "running")
    setRunState(run, "paused", `quarantined: a fault of Flotilla at ${task}; resume to go on`);
}
