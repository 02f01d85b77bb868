import type { Evidence } from "./evidence.ts";
import type { RetryClass } from "./retry-class.ts";

/** What an attempt's evidence comes to: it succeeded, it was ended on a person's word, or it failed in one of the classes. */
export type Verdict =
  | { readonly type: "succeeded" }
  | { readonly type: "cancelled" }
  | { readonly type: "failed"; readonly class: RetryClass };

/**
 * Derives the verdict from what was seen. The order of the rules is their rank: a task that we ended for its time limit
 * may also have left an exit code, and an out-of-memory kill looks like any other kill to whoever reads only the signal.
 * A success needs the completion marker *and* a good end of the process; either alone is a lie.
 */
export function classify(evidence: Evidence): Verdict {
  if (evidence.fault !== undefined) return failed("engine");
  if (evidence.unreachable !== undefined) return failed("lost");
  if (succeeded(evidence)) return { type: "succeeded" };
  if (evidence.endedByUs === "cancel") return { type: "cancelled" };
  if (evidence.endedByUs === "timeout") return failed("timeout");
  if (evidence.config !== undefined) return failed("config");
  if (evidence.noRoom !== undefined) return failed("capacity");
  if (evidence.neverStarted !== undefined) return failed("never_started");
  if (evidence.outOfMemory !== undefined) return failed("out_of_memory");
  if (evidence.diskFull === true) return failed("disk");
  if (evidence.error?.fatal === true) return failed("user_fatal");
  if (evidence.error !== undefined) return failed("user");
  if (evidence.gone !== undefined) return failed("disrupted");
  return failed(endedFromOutside(evidence) ? "disrupted" : "user");
}

/** Work that was complete when our cancellation or the time limit came counts: the result exists. */
function succeeded(evidence: Evidence): boolean {
  return (
    evidence.completed &&
    evidence.error === undefined &&
    evidence.signal === undefined &&
    (evidence.exitCode ?? 0) === 0
  );
}

/**
 * A process that ends without a completion marker and without an error of its own: SIGKILL, SIGTERM and SIGHUP come from
 * outside (a person, a shutdown); exit code 0 without a marker is a graceful shutdown that must not pass for success.
 * SIGSEGV, SIGABRT and the like are the program's own doing.
 */
function endedFromOutside(evidence: Evidence): boolean {
  if (evidence.signal !== undefined) return ["SIGKILL", "SIGTERM", "SIGHUP", "SIGINT"].includes(evidence.signal);
  return evidence.exitCode === 0 || evidence.exitCode === undefined;
}

function failed(retryClass: RetryClass): Verdict {
  return { type: "failed", class: retryClass };
}
