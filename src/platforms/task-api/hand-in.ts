import type { Digest } from "../../core/ids.ts";
import { isDigest } from "../../core/ids.ts";
import { isRecord } from "../local/exit-record.ts";
import { malformed } from "./refusal.ts";

/** The last word of a runner. Untrusted: what is in `exit` is checked where all exit records are. */
export interface HandIn {
  /** The machine that it ran on. */
  readonly host: string;
  /** `exit.json`; absent where its supervisor left none. */
  readonly exit: Record<string, unknown> | undefined;
  /** The digest of the list of outputs, where it has any. */
  readonly outputs: Digest | undefined;
  readonly logBytes: number;
  readonly progressBytes: number;
  /** Paths below `inputs/` that the task wrote to. */
  readonly changedInputs: readonly string[];
}

const longestName = 253;
const mostChangedInputs = 100;

/** @throws Refusal 400 */
export function parseHandIn(value: unknown): HandIn {
  if (!isRecord(value)) throw malformed("what is handed in is an object");
  const { host, exit, outputs, logBytes, progressBytes, changedInputs } = value;
  if (exit !== undefined && !isRecord(exit)) throw malformed("the exit record is an object");
  if (outputs !== undefined && (typeof outputs !== "string" || !isDigest(outputs)))
    throw malformed("outputs is a digest");
  return {
    host: typeof host === "string" ? host.slice(0, longestName) : "",
    exit,
    outputs,
    logBytes: lengthOf(logBytes),
    progressBytes: lengthOf(progressBytes),
    changedInputs: Array.isArray(changedInputs)
      ? changedInputs.filter((path) => typeof path === "string").slice(0, mostChangedInputs)
      : [],
  };
}

function lengthOf(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw malformed("a length is a whole number");
}
