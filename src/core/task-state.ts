/**
 * The life of a task.
 *
 *     waiting   something it needs is not settled                -> ready, blocked, skipped, cancelled
 *     ready     everything is there; waits for room              -> active, reused, cancelled
 *     active    an attempt is intended, submitted or running     -> succeeded, failed, backoff, ready, cancelled
 *     backoff   an attempt ended, the next is due later          -> ready, cancelled
 *     succeeded, failed, skipped, cancelled, blocked, reused     -> only a restart leads out of these
 *
 * `blocked`: something it needs has failed. `skipped`: nothing to do here, and not because of a failure.
 * `reused`: an earlier result with the same content key serves.
 */
export const taskStates = [
  "waiting",
  "ready",
  "active",
  "backoff",
  "succeeded",
  "failed",
  "blocked",
  "skipped",
  "cancelled",
  "reused",
] as const;
export type TaskState = (typeof taskStates)[number];

/** Whether a state is settled, and whether it lets what hangs on it go on. */
export const taskStateFacts: Record<TaskState, { settled: boolean; good: boolean }> = {
  waiting: { settled: false, good: false },
  ready: { settled: false, good: false },
  active: { settled: false, good: false },
  backoff: { settled: false, good: false },
  succeeded: { settled: true, good: true },
  failed: { settled: true, good: false },
  blocked: { settled: true, good: false },
  skipped: { settled: true, good: false },
  cancelled: { settled: true, good: false },
  reused: { settled: true, good: true },
};

/**
 * The life of an attempt: `intended` is committed before anything happens outside; `submitted` once the platform has
 * taken it; `running` once user code may run; `ended` with evidence.
 */
export const attemptStates = ["intended", "submitted", "running", "ended"] as const;
export type AttemptState = (typeof attemptStates)[number];

/**
 * The life of a run. `paused` starts nothing new and lets running attempts finish; `cancelling` waits until every
 * attempt is proven over; the last three are final until a restart.
 */
export const runStates = ["running", "paused", "cancelling", "succeeded", "failed", "cancelled"] as const;
export type RunState = (typeof runStates)[number];

export const runStateFacts: Record<RunState, { ended: boolean }> = {
  running: { ended: false },
  paused: { ended: false },
  cancelling: { ended: false },
  succeeded: { ended: true },
  failed: { ended: true },
  cancelled: { ended: true },
};

/** How many tasks of a step are in each state. */
export type StateCounts = Record<TaskState, number>;

export function noCounts(): StateCounts {
  return Object.fromEntries(taskStates.map((state) => [state, 0])) as StateCounts;
}
