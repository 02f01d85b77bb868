import type { Evidence } from "../../core/evidence.ts";
import type { AttemptId } from "../../core/ids.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Outcome } from "../local/inspect-attempt.ts";
import type { AttemptSpec, CancelOptions, Report } from "../platform.ts";
import type { Pod } from "./pod.ts";
import type { EndContext } from "./pod-evidence.ts";
import { formatDuration } from "../../core/units.ts";
import { podName } from "./pod-names.ts";
import type { Waiting } from "./pod-waiting.ts";

/**
 * An attempt that this process looks after.
 *
 *     creating   its pod is being asked for, again and again while there is no room for it
 *     waiting    its pod is there, and its task has not begun
 *     running    its task has begun
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
  /** When its container was first seen to run, by the monotonic clock. */
  podRunsSince: number | undefined;
  /** When its runner told that the task begins, milliseconds since 1970. */
  taskBegunAt: number | undefined;
  /** Not before then are the events of its pod asked for. */
  eventsAt: number | undefined;
  /** Not before then is its pod asked for again. */
  createAgainAt: number | undefined;
  cancelled: CancelOptions | undefined;
  isBeingDeleted: boolean;
  /** We took its pod away because it could not begin; it is what is reported if it has not begun after all. */
  verdict: Partial<Evidence> | undefined;
  /** That its node does not answer was told, and not yet that it does again. */
  nodeIsAway: boolean;
  /** We took its pod away because nothing was heard of it any more; in words. */
  silence: string | undefined;
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
    podRunsSince: undefined,
    taskBegunAt: undefined,
    eventsAt: undefined,
    createAgainAt: undefined,
    cancelled: undefined,
    isBeingDeleted: false,
    verdict: undefined,
    nodeIsAway: false,
    silence: undefined,
    handedIn: undefined,
    runningReport: undefined,
  };
}

/** What is known of the waiting of an attempt. */
export type Waits = Pick<PodAttempt, "state" | "since" | "waiting" | "hopelessSince">;

/** True if it is news. Once something is hopeless it stays so until something else is known to be the matter. */
export function noteWaiting(attempt: Waits, waiting: Waiting, now: number): boolean {
  if (waiting.hopeless) attempt.hopelessSince ??= now;
  else attempt.hopelessSince = undefined;
  const isNews = attempt.waiting?.why !== waiting.why;
  attempt.waiting = waiting;
  return isNews;
}

/** What has waited for too long, or too long in vain; its pod is to be taken away then. */
export function outOfPatience(
  { state, waiting, hopelessSince, since }: Waits,
  now: number,
  limits: { readonly startWithinMs: number; readonly hopelessMs: number },
): Partial<Evidence> | undefined {
  if (state !== "creating" && state !== "waiting") return undefined;
  const why = waiting?.why ?? "it did not begin in time";
  if (hopelessSince !== undefined && now - hopelessSince >= limits.hopelessMs)
    return { config: { code: "TASK_CONFIG", message: why } };
  return now - since >= limits.startWithinMs ? { noRoom: why } : undefined;
}

/** What has begun and was never heard of; a runner asks for its task at once, and again and again. */
export function unheard(
  { state, podRunsSince }: Pick<PodAttempt, "state" | "podRunsSince">,
  now: number,
  {
    address = "",
    unheardMs,
    heardAt,
  }: { readonly address: string | undefined; readonly unheardMs: number; readonly heardAt: number | undefined },
): Waiting | undefined {
  if (heardAt !== undefined) return undefined;
  if (state !== "waiting" || podRunsSince === undefined || now - podRunsSince < unheardMs) return undefined;
  return { hopeless: false, why: `its pod runs, and has not reached the engine at ${address} so far` };
}

/** What runs and has not been heard of for longer than it may, in words. A runner speaks every ten seconds. */
export function fellSilent(
  { state, podRunsSince }: Pick<PodAttempt, "state" | "podRunsSince">,
  now: number,
  { heardAt = podRunsSince, idleMs }: { readonly heardAt: number | undefined; readonly idleMs: number | undefined },
): string | undefined {
  if (state !== "running" || idleMs === undefined || heardAt === undefined || now - heardAt < idleMs) return undefined;
  return `nothing was heard of it for ${formatDuration(idleMs)}, the most that its platform lets it be idle`;
}

/** Once a node has it, it may begin at any moment. */
export function mayBeWithdrawn({ state, pod }: PodAttempt): boolean {
  return state === "creating" || (state === "waiting" && pod?.spec?.nodeName === undefined);
}

/** Where a person finds it, and what it waits for. */
export function handleOf({ id, pod, state, waiting }: PodAttempt, namespace: string): JsonObject {
  const node = pod?.spec?.nodeName;
  return {
    namespace,
    pod: podName(id),
    ...(node === undefined ? {} : { node }),
    ...(waiting === undefined || state === "running" ? {} : { waitsFor: waiting.why }),
  };
}

export function endContext({ handedIn, cancelled, silence }: PodAttempt): EndContext {
  return {
    ...(silence === undefined ? {} : { silence }),
    ...(handedIn === undefined ? {} : { handedIn: handedIn.evidence }),
    ...(cancelled === undefined || cancelled.why === "withdraw" ? {} : { endedByUs: cancelled.why }),
  };
}
