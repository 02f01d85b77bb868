import { statSync } from "node:fs";
import type { Evidence } from "../../core/evidence.ts";
import type { Outputs } from "../../core/output-value.ts";
import type { AttemptFolder } from "./attempt-folder.ts";
import { readRecordIfSound } from "./attempt-folder.ts";
import { isRecord } from "./exit-record.ts";
import { isAlive } from "./processes.ts";
import type { ProcessIdentity } from "./processes.ts";
import { parseIdentity } from "./warm-parent.ts";

export interface Outcome {
  readonly evidence: Evidence;
  readonly outputs: Outputs;
}

/** What the folder of an attempt tells about it. */
export type AttemptOnDisk =
  /** It was reported in an earlier process, with this. */
  | { readonly type: "reported"; readonly outcome: Outcome }
  /** `exit.json` is there. */
  | { readonly type: "exited"; readonly task: ProcessIdentity | undefined }
  | {
      readonly type: "running";
      readonly task: ProcessIdentity;
      readonly supervisor: ProcessIdentity;
      readonly at: number;
    }
  /** A supervisor has it and did not write `started.json` yet. */
  | { readonly type: "claimed"; readonly forMs: number }
  /** We have it: it will never start. */
  | { readonly type: "renounced" }
  /** A supervisor had it, and is dead without `exit.json`. */
  | {
      readonly type: "gone";
      readonly supervisor: ProcessIdentity | undefined;
      readonly task: ProcessIdentity | undefined;
    }
  | { readonly type: "unclaimed" };

/** Reads from the end of an attempt's life to its beginning, so that what changes meanwhile is seen late, never wrongly. */
export function inspectAttempt(folder: AttemptFolder): AttemptOnDisk {
  const outcome = parseOutcome(readRecordIfSound(folder.ended));
  if (outcome) return { type: "reported", outcome };
  const started = parseStarted(readRecordIfSound(folder.started));
  if (exists(folder.exit)) return { type: "exited", task: started?.task };
  if (started) {
    if (isAlive(started.supervisor)) return { type: "running", ...started };
    return deadOrExited(folder, started.supervisor, started.task);
  }
  const claim = statSync(folder.claim, { throwIfNoEntry: false });
  if (!claim) return { type: "unclaimed" };
  const claimedBy = readRecordIfSound(folder.claim);
  if (isRecord(claimedBy) && claimedBy["by"] === "platform") return { type: "renounced" };
  const claimant = parseIdentity(
    isRecord(claimedBy) && isRecord(claimedBy["supervisor"]) ? claimedBy["supervisor"] : claimedBy,
  );
  if (claimant && !isAlive(claimant)) return deadOrExited(folder, claimant, undefined);
  return { type: "claimed", forMs: Date.now() - claim.mtimeMs };
}

/** The supervisor writes `exit.json` before it ends: seen dead first, then without the file, it never will. */
function deadOrExited(
  folder: AttemptFolder,
  supervisor: ProcessIdentity,
  task: ProcessIdentity | undefined,
): AttemptOnDisk {
  return exists(folder.exit) ? { type: "exited", task } : { type: "gone", supervisor, task };
}

function parseStarted(value: unknown): { task: ProcessIdentity; supervisor: ProcessIdentity; at: number } | undefined {
  if (!isRecord(value)) return undefined;
  const task = parseIdentity(value["task"]);
  const supervisor = parseIdentity(value["supervisor"]);
  return task && supervisor
    ? { task, supervisor, at: typeof value["at"] === "number" ? value["at"] : Date.now() }
    : undefined;
}

/** We wrote it ourselves, whole or not at all. */
export function parseOutcome(value: unknown): Outcome | undefined {
  return isRecord(value) && isRecord(value["evidence"]) && isRecord(value["outputs"])
    ? (value as unknown as Outcome)
    : undefined;
}

/** Why the attempt was cancelled, by this process or an earlier one. */
export function readCancel(folder: AttemptFolder): "cancel" | "timeout" | undefined {
  const record = readRecordIfSound(folder.cancel);
  if (!isRecord(record)) return undefined;
  return record["why"] === "timeout" ? "timeout" : "cancel";
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
