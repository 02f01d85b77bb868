import type { ErrorCode } from "./errors.ts";

/** What a task's own code said when it failed. Untrusted text: bounded by whoever reads it, never interpreted. */
export interface TaskError {
  /** The exception's type, or a code of ours where Flotilla itself found the fault (`OUTPUT_MISSING`). */
  readonly type: string;
  readonly message: string;
  /** The stack, from the user's first frame on. */
  readonly stack?: string;
  /** `file:line` of the innermost frame in the user's code. */
  readonly at?: string;
  /** The code marked it as final. */
  readonly fatal?: boolean;
}

/**
 * Everything known about how an attempt ended, as it was seen; nothing here is a judgement. `classify` derives the
 * class from it, so that a better rule can be applied to old attempts.
 */
export interface Evidence {
  /** The runner wrote its completion marker: the work was done and its outputs are complete. */
  readonly completed: boolean;
  readonly exitCode?: number;
  /** The signal that ended the process, as in `SIGKILL`. */
  readonly signal?: string;
  readonly error?: TaskError;
  /** Memory ran out, and how that was seen. */
  readonly outOfMemory?: { readonly seenBy: "cgroup" | "watch" | "host" | "runtime"; readonly limitBytes?: number };
  readonly peakMemoryBytes?: number;
  readonly cpuSeconds?: number;
  /** No space was left for what the task wrote. */
  readonly diskFull?: boolean;
  /** The engine ended the attempt, and why. */
  readonly endedByUs?: "cancel" | "timeout";
  /** Of one that was ended for its time limit: how long that was. */
  readonly timeLimitMs?: number;
  /** User code never ran, for a reason that may pass. */
  readonly neverStarted?: string;
  /** It waited for room until its time to begin was up, and for what. */
  readonly noRoom?: string;
  /** The attempt can never start as it is described. */
  readonly config?: { readonly code: ErrorCode; readonly message: string };
  /** It began and is gone without a word: its supervisor was killed, the machine restarted. */
  readonly gone?: string;
  /** Where its truth lies cannot be reached. */
  readonly unreachable?: string;
  /** A fault of ours while handling it. */
  readonly fault?: string;
  /** The container image that it ran in, by digest. */
  readonly image?: string;
  readonly host?: string;
  readonly pid?: number;
  /** When user code began and ended, milliseconds since 1970, by the machine it ran on. */
  readonly startedAt?: number;
  readonly endedAt?: number;
}
