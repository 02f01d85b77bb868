import type { Evidence } from "./evidence.ts";
import type { RetryClass } from "./retry-class.ts";
import { formatBytes, formatDuration } from "./units.ts";

/** The first line of what went wrong, for a table; at most 300 characters. */
export function describeFailure(retryClass: RetryClass, evidence: Evidence): string {
  return firstLine(textOf(retryClass, evidence)).slice(0, 300);
}

/**
 * Failures with an equal cause are one thing to a person: same class, same kind of message, same place in the code.
 * Numbers, quoted words, paths and hexadecimal ids differ between scenarios and are taken out.
 */
export function failureCause(step: string, retryClass: RetryClass, evidence: Evidence): string {
  const place = evidence.error?.at ?? "";
  return [step, retryClass, normalise(describeFailure(retryClass, evidence)), place].join(" | ");
}

function textOf(retryClass: RetryClass, evidence: Evidence): string {
  const { error } = evidence;
  if (evidence.config !== undefined) return evidence.config.message;
  if (retryClass === "out_of_memory") return memoryText(evidence);
  if (retryClass === "timeout") return timeText(evidence);
  if (retryClass === "disk") return diskText(error);
  if (error !== undefined) return error.message === "" ? error.type : `${error.type}: ${error.message}`;
  const known = evidence.fault ?? evidence.noRoom ?? evidence.neverStarted ?? evidence.gone ?? evidence.unreachable;
  if (known !== undefined) return known;
  if (evidence.signal !== undefined) return `ended by ${evidence.signal}`;
  if (evidence.exitCode === 0) return "ended with exit code 0, but without having completed";
  return `ended with exit code ${evidence.exitCode ?? "unknown"}`;
}

/** A limit of the task's own is told by its platform in words that say what to do. */
function diskText(error: Evidence["error"]): string {
  if (error?.type === "EphemeralStorage") return error.message;
  const said = error === undefined || error.message === "" ? "" : `: ${error.message}`;
  return `no space is left; free some, for example with \`flotilla gc\`, and restart${said}`;
}

function timeText({ timeLimitMs }: Evidence): string {
  return `ran longer than its time limit${timeLimitMs === undefined ? "" : ` (${formatDuration(timeLimitMs)})`}`;
}

function memoryText(evidence: Evidence): string {
  const limit = evidence.outOfMemory?.limitBytes;
  const peak = evidence.peakMemoryBytes;
  const parts = [
    limit === undefined ? undefined : `limit ${formatBytes(limit)}`,
    peak === undefined ? undefined : `peak ${formatBytes(peak)}`,
  ];
  const facts = parts.filter((part) => part !== undefined).join(", ");
  return facts === "" ? "out of memory" : `out of memory (${facts})`;
}

function normalise(text: string): string {
  return text
    .replaceAll(/'[^']*'|"[^"]*"/g, "'…'")
    .replaceAll(/\/[^\s:]+/g, "/…")
    .replaceAll(/0x[0-9a-fA-F]+/g, "#")
    .replaceAll(/-?\d+(\.\d+)?/g, "#");
}

function firstLine(text: string): string {
  const end = text.indexOf("\n");
  return end === -1 ? text : text.slice(0, end);
}
