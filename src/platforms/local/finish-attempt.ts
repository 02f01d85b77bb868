import { existsSync } from "node:fs";
import type { ArtifactStore } from "../../artifacts/artifact-store.ts";
import { diskError } from "../../artifacts/disk-errors.ts";
import { removeFolder } from "../../artifacts/remove-folder.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { TaskError } from "../../core/evidence.ts";
import type { AttemptSpec } from "../platform.ts";
import type { AttemptFolder } from "./attempt-folder.ts";
import { readRecord, readRecordIfSound, writeRecord } from "./attempt-folder.ts";
import { changedInputs, inputsError } from "./check-inputs.ts";
import { collectOutputs } from "./collect-outputs.ts";
import { evidenceOf } from "./evidence.ts";
import { parseExit, parseResult } from "./exit-record.ts";
import type { ExitRecord } from "./exit-record.ts";
import { readCancel } from "./inspect-attempt.ts";
import type { Outcome } from "./inspect-attempt.ts";
import { isOnDisk } from "./output-path.ts";
import { inputPlaces } from "./place-inputs.ts";
import type { WorkFolders } from "./work-folders.ts";

/** What its platform knows of an attempt that has ended. */
export interface FinishedAttempt {
  readonly spec: AttemptSpec;
  readonly folder: AttemptFolder;
  readonly cancelled: { readonly why: "cancel" | "timeout" } | undefined;
  readonly task: { readonly pid: number } | undefined;
  /** Of one that ran where its files lay on no disk of ours: what was wrong with them there. */
  readonly elsewhere?: FilesElsewhere;
}

export interface FilesElsewhere {
  /** Paths below `inputs/` that the task wrote to. */
  readonly changedInputs: readonly string[];
  /** Why an output could not be taken from there. */
  readonly refused: TaskError | undefined;
}

/**
 * The outcome of an attempt whose `exit.json` is there; at once when nothing has to be read from the disk or stored,
 * because most attempts yield a few numbers and the next task waits for them.
 */
export function finishAttempt(
  store: ArtifactStore,
  attempt: FinishedAttempt,
  host: string,
): Outcome | Promise<Outcome> {
  const { folder, spec } = attempt;
  const exit = readExit(folder, spec.work.type);
  if (typeof exit === "string") return { evidence: { completed: false, fault: exit, host }, outputs: {} };
  const outcome = evidenceOf(exit, {
    work: spec.work.type,
    outputs: spec.outputs,
    cancelled: attempt.cancelled?.why ?? (exit.endedByUs ? readCancel(folder) : undefined),
    host,
    pid: attempt.task?.pid,
    root: folder.root,
  });
  const hasFiles = outcome.evidence.completed && Object.values(spec.outputs).some(isOnDisk);
  return hasFiles || inputPlaces(spec.inputs).length > 0 ? storeOutcome(store, attempt, outcome) : outcome;
}

/** The record, or what is wrong with it. The result of an `exec` may stand beside it: its runner wrote it, or the task its values. */
function readExit(folder: AttemptFolder, work: string): ExitRecord | string {
  let exit: ExitRecord | undefined;
  try {
    exit = parseExit(readRecord(folder.exit));
  } catch (thrown) {
    return `exit.json cannot be read: ${String(thrown)}`;
  }
  if (!exit) return "exit.json is not a record";
  if (exit.result || work === "python") return exit;
  const result = parseResult(readRecordIfSound(folder.result)) ?? valuesAsResult(folder, exit);
  if (!result) return exit;
  return { ...exit, result, completed: exit.completed && result.completed };
}

function valuesAsResult(folder: AttemptFolder, exit: ExitRecord): ExitRecord["result"] {
  const values = readRecordIfSound(folder.values);
  return values === undefined ? undefined : parseResult({ completed: exit.completed, values });
}

/**
 * Checks the inputs and stores the files. What comes of it is written down before the first names of the files go; where
 * that fails, the disk being full, they stay (`removeScratch`), and a later process can do the same again.
 */
async function storeOutcome(store: ArtifactStore, attempt: FinishedAttempt, outcome: Outcome): Promise<Outcome> {
  const settled = await checkedAndStored(store, attempt, outcome);
  try {
    writeRecord(attempt.folder.ended, settled);
  } catch (thrown) {
    if (!(diskError(thrown, attempt.folder.root) instanceof FlotillaError)) throw thrown;
  }
  return settled;
}

async function checkedAndStored(
  store: ArtifactStore,
  { folder, spec, elsewhere }: FinishedAttempt,
  { evidence, outputs }: Outcome,
): Promise<Outcome> {
  const places = inputPlaces(spec.inputs);
  const changed = elsewhere
    ? await inputsError(store, places, elsewhere.changedInputs)
    : places.length > 0 && (await changedInputs(store, folder, places));
  if (!evidence.completed) return { evidence, outputs: {} };
  const wrong = changed || elsewhere?.refused;
  if (wrong) {
    const diskFull = wrong.type === "DISK_FULL" ? { diskFull: true } : {};
    return { evidence: { ...evidence, completed: false, error: wrong, ...diskFull }, outputs: {} };
  }
  const collected = await collectOutputs(store, folder, spec.outputs);
  if ("outputs" in collected) return { evidence, outputs: { ...outputs, ...collected.outputs } };
  const { error, diskFull } = collected;
  return { evidence: { ...evidence, completed: false, error, ...(diskFull ? { diskFull } : {}) }, outputs: {} };
}

/** What a successful attempt leaves behind is its log and its records; its empty `work` is passed on. */
export async function removeScratch(
  { folder, spec }: Pick<FinishedAttempt, "folder" | "spec">,
  work: WorkFolders,
): Promise<void> {
  if (Object.values(spec.outputs).some(isOnDisk) && !existsSync(folder.ended)) return;
  if (!work.keep(folder.work)) await removeFolder(folder.work);
  // Most have neither, and to ask is cheaper than to remove: that takes another thread, 0.1 ms.
  for (const path of [folder.inputs, folder.outputs]) if (existsSync(path)) await removeFolder(path);
}
