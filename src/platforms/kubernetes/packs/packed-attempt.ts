import type { AttemptId } from "../../../core/ids.ts";
import type { AttemptSpec, CancelOptions, Report } from "../../platform.ts";
import type { Pod } from "../pod.ts";
import type { Waiting } from "../pod-waiting.ts";

/**
 * An attempt that shares a pod.
 *
 *     waiting  no pod has taken it            -> handed, over
 *     handed   a pod has it, and makes it ready -> begun, over
 *     begun    its task runs                  -> over
 */
export interface PackedAttempt {
  readonly id: AttemptId;
  readonly spec: AttemptSpec;
  readonly kind: string;
  /** When it was taken, milliseconds of the monotonic clock. */
  readonly since: number;
  waiting: Waiting | undefined;
  /** Nothing was heard of it for longer than it may be idle. */
  silence: string | undefined;
  cancelled: CancelOptions | undefined;
  /** When its pod is taken away because it does not end otherwise, by the monotonic clock. */
  takeAwayAt: number | undefined;
  runningReport: Extract<Report, { type: "running" }> | undefined;
}

/** The pod of a pack. */
export interface PackPod {
  readonly name: string;
  readonly kind: string;
  pod: Pod | undefined;
  /** Not before then is it asked for again. */
  createAgainAt: number | undefined;
  /** Not before then are its events asked for. */
  eventsAt: number | undefined;
  waiting: Waiting | undefined;
  hopelessSince: number | undefined;
  /** When its container was first seen to run, by the monotonic clock. */
  runsSince: number | undefined;
  isBeingDeleted: boolean;
}

export function makePackPodState(name: string, kind: string): PackPod {
  return {
    name,
    kind,
    pod: undefined,
    createAgainAt: undefined,
    eventsAt: undefined,
    waiting: undefined,
    hopelessSince: undefined,
    runsSince: undefined,
    isBeingDeleted: false,
  };
}

/** So many pods are to serve a kind: as many as may be at once, or else as few as the attempts at hand fill. */
export function podsFor(
  live: number,
  { slots, upTo }: { readonly slots: number | undefined; readonly upTo: number },
): number {
  return slots === undefined ? Math.ceil(live / upTo) : Math.min(live, slots);
}
