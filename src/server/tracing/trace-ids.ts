import { createHash } from "node:crypto";
import { type AttemptId, parseAttemptId } from "../../core/ids.ts";

/**
 * The ids of a run's trace follow from those of the run and its attempts, so that engines which take a run over, and the
 * processes of its tasks, agree on them without telling each other.
 */
export function traceIdOf(run: string): string {
  return digest(`trace:${run}`, 32);
}

/** Of a run or an attempt. */
export function spanIdOf(id: string): string {
  return digest(`span:${id}`, 16);
}

/** What the process of an attempt is told (W3C Trace Context): spans that it makes hang below its own. */
export function traceparentOf(attempt: AttemptId): string {
  const { run } = parseAttemptId(attempt)!;
  return `00-${traceIdOf(run)}-${spanIdOf(attempt)}-01`;
}

/** The chance of nothing but zeros, which no id may be, is none. */
function digest(text: string, digits: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, digits);
}
