import type { AttemptId } from "../../core/ids.ts";
import type { AttemptSpec, Report } from "../platform.ts";
import type { AttemptFolder } from "./attempt-folder.ts";
import type { ProcessIdentity } from "./processes.ts";
import type { ParentKind } from "./warm-parent.ts";

/**
 * An attempt that this process answers for.
 *
 *     preparing   its inputs are being placed                        -> following, handed-over, ending
 *     following   it waits for the place of the one before it        -> handed-over, running, ending
 *     handed-over a warm parent was told, or it is claimed           -> running, ending
 *     running     its supervisor lives                               -> ending
 *     ending      it is over; its outputs are being stored           -> (let go)
 */
export interface LiveAttempt {
  readonly id: AttemptId;
  readonly spec: AttemptSpec;
  /** The attempt whose place it takes, as long as it may not start otherwise. */
  behind: AttemptId | undefined;
  /** What parent can run it, once it is prepared. */
  kind: ParentKind | undefined;
  readonly folder: AttemptFolder;
  state: "preparing" | "following" | "handed-over" | "running" | "ending";
  /** Since when it is in this state, by the monotonic clock. */
  since: number;
  supervisor: ProcessIdentity | undefined;
  task: ProcessIdentity | undefined;
  runningReport: Report | undefined;
  cancelled: { readonly why: "cancel" | "timeout"; readonly graceMs: number } | undefined;
  /** Stops what waits for an adopted one's end, or to kill a cancelled one. */
  readonly stops: (() => void)[];
  /** Bytes of `progress.jsonl` that were reported. */
  progressBytes: number;
}

export function makeLiveAttempt(spec: AttemptSpec, folder: AttemptFolder): LiveAttempt {
  return {
    id: spec.id,
    spec,
    behind: spec.behind,
    kind: undefined,
    folder,
    state: "preparing",
    since: performance.now(),
    supervisor: undefined,
    task: undefined,
    runningReport: undefined,
    cancelled: undefined,
    stops: [],
    progressBytes: 0,
  };
}

export function enter(attempt: LiveAttempt, state: LiveAttempt["state"]): void {
  attempt.state = state;
  attempt.since = performance.now();
}

export function stopWaiting(attempt: LiveAttempt): void {
  for (const stop of attempt.stops.splice(0)) stop();
}
