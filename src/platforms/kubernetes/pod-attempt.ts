import type { Evidence } from "../../core/evidence.ts";
import type { AttemptId } from "../../core/ids.ts";
import type { Outcome } from "../local/inspect-attempt.ts";
import type { AttemptSpec, CancelOptions, Report } from "../platform.ts";
import type { Pod } from "./pod.ts";
import type { Waiting } from "./pod-waiting.ts";

/**
 * An attempt that this process looks after.
 *
 *     creating   its pod is being asked for, again and again while there is no room for it
 *     waiting    its pod is there and has not begun
 *     running    its container has begun
 *     ending     its end is being accounted for; nothing changes it any more
 */
export interface PodAttempt {
  readonly id: AttemptId;
  /** Undefined for one that was merely cancelled: it may have been begun by another process. */
  readonly spec: AttemptSpec | undefined;
  state: "creating" | "waiting" | "running" | "ending";
  pod: Pod | undefined;
  /** When it was taken, milliseconds of the monotonic clock: what it may wait is counted from here. */
  readonly since: number;
  waiting: Waiting | undefined;
  hopelessSince: number | undefined;
  /** Not before then is its pod asked for again. */
  createAgainAt: number | undefined;
  cancelled: CancelOptions | undefined;
  isBeingDeleted: boolean;
  /** We took its pod away because it could not begin; it is what is reported if it has not begun after all. */
  verdict: Partial<Evidence> | undefined;
  handedIn: Outcome | undefined;
  runningReport: Extract<Report, { type: "running" }> | undefined;
}

export function makePodAttempt(id: AttemptId, spec: AttemptSpec | undefined, since: number): PodAttempt {
  return {
    id,
    spec,
    state: "creating",
    pod: undefined,
    since,
    waiting: undefined,
    hopelessSince: undefined,
    createAgainAt: undefined,
    cancelled: undefined,
    isBeingDeleted: false,
    verdict: undefined,
    handedIn: undefined,
    runningReport: undefined,
  };
}

/** True if it is news. Once something is hopeless it stays so until something else is known to be the matter. */
export function noteWaiting(attempt: PodAttempt, waiting: Waiting, now: number): boolean {
  if (waiting.hopeless) attempt.hopelessSince ??= now;
  else attempt.hopelessSince = undefined;
  const isNews = attempt.waiting?.why !== waiting.why;
  attempt.waiting = waiting;
  return isNews;
}
