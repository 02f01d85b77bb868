import type { Json } from "../core/json.ts";
import { type Changes, type LiveAttempt, type LiveRun, noChanges, refOf, stateOf } from "../core/live-run.ts";
import { runStateFacts, taskStateFacts } from "../core/task-state.ts";
import type { AttemptChange, AttemptRow, Commit, TaskRow } from "../store/store.ts";
import { describeAttempt } from "./attempt-spec.ts";
import type { Context } from "./context.ts";
import type { OwnedRun } from "./owned-run.ts";

/** Takes everything that has changed since the last commit out of a run: the changes, and the rows they come to. */
export function takeCommit(
  owned: OwnedRun,
  { traceparentOf }: Pick<Context, "traceparentOf">,
): { changes: Changes; rows: Commit } {
  const { live } = owned;
  const { changes } = live;
  live.changes = noChanges(live.steps.length);
  const rows: Commit = {
    run: live.id,
    fence: owned.fence,
    version: owned.version,
    ...(changes.run ? { state: runChange(owned) } : {}),
    counts: live.steps.map(({ counts }) => ({ ...counts })),
    tasks: changes.tasks.flatMap((tasks, step) => Array.from(tasks, (task) => taskRow(live, step, task))),
    newAttempts: Array.from(changes.newAttempts, (attempt) => attemptRow(owned, attempt, traceparentOf(attempt.id))),
    attempts: Array.from(changes.attempts, (attempt) => attemptChange(attempt, changes.placed.has(attempt))),
    handled: owned.handled,
  };
  owned.handled = [];
  return { changes, rows };
}

function runChange({ live, code }: OwnedRun): NonNullable<Commit["state"]> {
  return {
    state: live.state,
    why: live.why,
    ...(live.startedAt === undefined ? {} : { startedAt: live.startedAt }),
    ...(live.endedAt === undefined ? {} : { endedAt: live.endedAt }),
    ...(code === undefined ? {} : { code }),
  };
}

function taskRow(live: LiveRun, step: number, task: number): TaskRow {
  const { memory, reasons, attempts, outputs } = live.steps[step]!;
  const known = memory.get(task);
  const state = stateOf(live, step, task);
  return {
    step,
    task,
    ref: refOf(live, step, task),
    state,
    why: known?.why ?? reasons.get(task) ?? "",
    attempts: attempts[task]!,
    class: known?.class,
    cause: known?.cause,
    error: known?.error,
    outputs: outputs[task],
    memory:
      known === undefined || (known.used.attempts === 0 && known.dueAt === undefined)
        ? undefined
        : { used: known.used as unknown as Json, dueAt: known.dueAt ?? null },
    readyAt: known?.readyAt,
    startedAt: known?.startedAt,
    endedAt: known?.endedAt,
  };
}

function attemptRow(owned: OwnedRun, attempt: LiveAttempt, traceparent: string | undefined): AttemptRow {
  const described = describeAttempt(owned.live, attempt, owned.code);
  const spec = traceparent === undefined ? described : { ...described, traceparent };
  owned.specs.set(attempt.id, spec);
  return {
    id: attempt.id,
    step: attempt.step,
    task: attempt.task,
    number: attempt.number,
    state: attempt.state,
    platform: attempt.platform,
    why: attempt.why,
    waitedFor: attempt.waitedFor,
    holds: attempt.holds,
    // A noop is given nothing that the plan does not say, and there may be a million of them.
    spec: spec.work.type === "noop" ? null : (spec as unknown as Json),
    code: spec.code,
    handle: undefined,
    class: undefined,
    evidence: undefined,
    intendedAt: attempt.intendedAt,
    runningAt: undefined,
    endedAt: undefined,
  };
}

function attemptChange(attempt: LiveAttempt, isPlaced: boolean): AttemptChange {
  return {
    id: attempt.id,
    state: attempt.state,
    ...(isPlaced ? { holds: attempt.holds } : {}),
    ...(attempt.handle === undefined ? {} : { handle: attempt.handle }),
    ...(attempt.class === undefined ? {} : { class: attempt.class }),
    ...(attempt.evidence === undefined ? {} : { evidence: attempt.evidence }),
    ...(attempt.runningAt === undefined ? {} : { runningAt: attempt.runningAt }),
    ...(attempt.endedAt === undefined ? {} : { endedAt: attempt.endedAt }),
  };
}

/** Lets go of what need not be remembered once it is in the store: of tasks that are done well, only what they yielded. */
export function forgetWritten(owned: OwnedRun, commit: Commit): void {
  for (const { step, task, state } of commit.tasks)
    if (taskStateFacts[state].good) owned.live.steps[step]!.memory.delete(task);
  for (const { id, state } of commit.attempts) if (state === "ended") owned.specs.delete(id);
}

export function isOver({ live }: OwnedRun): boolean {
  return runStateFacts[live.state].ended;
}
