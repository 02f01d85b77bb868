import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errnoOf } from "../../artifacts/disk-errors.ts";
import { FlotillaError } from "../../core/errors.ts";
import { parseAttemptId } from "../../core/ids.ts";
import type { AttemptId } from "../../core/ids.ts";

/** The places of one attempt, as `protocol/README.md` lays them out. */
export interface AttemptFolder {
  readonly root: string;
  readonly attempt: string;
  readonly inputs: string;
  readonly outputs: string;
  readonly work: string;
  readonly claim: string;
  readonly started: string;
  readonly log: string;
  readonly progress: string;
  readonly result: string;
  readonly values: string;
  readonly exit: string;
  /** Ours: the folder of the attempt that takes its place. */
  readonly next: string;
  /** Ours: why the attempt was cancelled, written before anything is ended. */
  readonly cancel: string;
  /** Ours: the evidence and outputs that were reported, once the outputs are in the artifact store. */
  readonly ended: string;
  readonly checkpoint: string;
}

/** @param flotilla the project's `.flotilla` folder */
export function attemptFolder(flotilla: string, id: AttemptId): AttemptFolder {
  const parsed = parseAttemptId(id);
  if (!parsed) throw new FlotillaError("INTERNAL", `${JSON.stringify(id)} is not the id of an attempt`);
  return attemptPlaces(
    join(flotilla, "attempts", parsed.run, id),
    join(flotilla, "checkpoints", parsed.run, `${parsed.step}-${parsed.task}`),
  );
}

/** The places below a root that may lie on another machine. */
export function attemptPlaces(root: string, checkpoint: string): AttemptFolder {
  return {
    root,
    attempt: join(root, "attempt.json"),
    inputs: join(root, "inputs"),
    outputs: join(root, "outputs"),
    work: join(root, "work"),
    claim: join(root, "claim"),
    started: join(root, "started.json"),
    log: join(root, "log"),
    progress: join(root, "progress.jsonl"),
    result: join(root, "result.json"),
    values: join(root, "values.json"),
    exit: join(root, "exit.json"),
    next: join(root, "next"),
    cancel: join(root, "cancel.json"),
    ended: join(root, "ended.json"),
    checkpoint,
  };
}

/** Makes the folder; false if it is there already, so that the attempt may have begun in an earlier process. */
export function makeAttemptFolder(folder: AttemptFolder): boolean {
  for (;;) {
    try {
      mkdirSync(folder.root);
      return true;
    } catch (thrown) {
      if (errnoOf(thrown) === "EEXIST") return false;
      if (errnoOf(thrown) !== "ENOENT") throw thrown;
      mkdirSync(dirname(folder.root), { recursive: true });
    }
  }
}

/**
 * Makes `claim` if nobody has it. Whoever makes it owns the attempt: for a supervisor that means to run it, for us that
 * it will never run.
 */
export function claimAttempt(folder: AttemptFolder): boolean {
  try {
    writeFileSync(folder.claim, JSON.stringify({ by: "platform" }), { flag: "wx" });
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) === "EEXIST") return false;
    throw thrown;
  }
}

/** Larger than any record that keeps to the protocol; a record beyond it is not read. */
const maxRecordBytes = 64 * 1024 * 1024;

/** A record in the folder, undefined if it is not there. Throws if it is there and cannot be read. */
export function readRecord(path: string): unknown {
  let text: string;
  try {
    if (statSync(path).size > maxRecordBytes) throw new Error(`${path} is larger than ${maxRecordBytes} bytes`);
    text = readFileSync(path, "utf8");
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
  return JSON.parse(text);
}

/** As `readRecord`, with one that cannot be read (cut off by a crash) taken as not there. */
export function readRecordIfSound(path: string): unknown {
  try {
    return readRecord(path);
  } catch {
    return undefined;
  }
}

/** Written beside and renamed, so that a reader sees all of it or nothing. */
export function writeRecord(path: string, record: unknown): void {
  const temporary = `${path}.new`;
  writeFileSync(temporary, JSON.stringify(record));
  renameSync(temporary, path);
}

/** A note for a later process; on a full disk it is missing there, and what is to be done is done all the same. */
export function noteIfPossible(path: string, record: unknown): void {
  try {
    writeRecord(path, record);
  } catch {
    // See above.
  }
}
