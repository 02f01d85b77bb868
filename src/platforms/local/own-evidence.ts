import { FlotillaError } from "../../core/errors.ts";
import type { Evidence } from "../../core/evidence.ts";
import type { FinishedAttempt } from "./finish-attempt.ts";

/** Of an attempt that is ours by its claim: it never ran and never will. */
export function unstartedEvidence(
  { cancelled }: Pick<FinishedAttempt, "cancelled">,
  host: string,
  why: Partial<Evidence>,
): Evidence {
  return { completed: false, host, ...why, ...(cancelled ? { endedByUs: cancelled.why } : {}) };
}

/** Of one whose supervisor is dead and left no word: killed by us as the last resort, or by somebody else. */
export function goneEvidence({ cancelled }: Pick<FinishedAttempt, "cancelled">, host: string): Evidence {
  const how = cancelled ? { endedByUs: cancelled.why, signal: "SIGKILL" } : { gone: "its supervisor was killed" };
  return { completed: false, host, ...how };
}

/** Of one that could not be prepared, where no repetition of the call mends that; undefined for what may pass, a full disk among it. */
export function unstartable(thrown: unknown): Partial<Evidence> | undefined {
  if (!(thrown instanceof FlotillaError)) return undefined;
  const { code, message } = thrown;
  const isFinal = ["BLOB_MISSING", "BLOB_DAMAGED", "OUTPUT_INVALID", "TASK_CONFIG", "INTERNAL"].includes(code);
  return isFinal ? { config: { code, message } } : undefined;
}
