import { existsSync } from "node:fs";
import { readTar } from "../../artifacts/read-tar.ts";
import { removeFolder } from "../../artifacts/remove-folder.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { TaskError } from "../../core/evidence.ts";
import type { AttemptId } from "../../core/ids.ts";
import { type AttemptFolder, claimAttempt, readRecordIfSound, writeRecord } from "../local/attempt-folder.ts";
import { isRecord } from "../local/exit-record.ts";
import type { FilesElsewhere } from "../local/finish-attempt.ts";
import type { LiveAttempt } from "../local/live-attempt.ts";
import { isOnDisk } from "../local/output-path.ts";
import { type HandIn, parseHandIn } from "../task-api/hand-in.ts";
import { inContainer } from "../container-work.ts";
import { usualLimits } from "../task-api/limits.ts";
import { placesThere } from "./attempt-archive.ts";
import type { ContainerArchives } from "./container-archives.ts";
import { handedInAt, type RelayedName, RelayedFiles } from "./relayed-files.ts";
import { unpackOutputs } from "./unpack-outputs.ts";

const there = placesThere.folder;
const pathsThere: Readonly<Record<RelayedName, string>> = {
  "started.json": there.started,
  log: there.log,
  "progress.jsonl": there.progress,
  "handed-in.json": handedInAt(there),
};

type Attempt = Pick<LiveAttempt, "id" | "spec" | "folder">;

/** Takes out of containers what has not come over their streams. What rejects, the engine being away, is done again from the beginning. */
export class HomeBringer {
  readonly #archives: ContainerArchives;

  constructor(archives: ContainerArchives) {
    this.#archives = archives;
  }

  /** `exit.json` is written last: where it stands, all the rest has come. */
  async bring(attempt: Attempt): Promise<FilesElsewhere> {
    const { id, folder } = attempt;
    if (existsSync(folder.exit)) return elsewhereIn(readRecordIfSound(keptIn(folder)));
    const handIn = await this.#handIn(attempt);
    const files = new RelayedFiles(folder, usualLimits);
    await this.#complete(id, files, handIn);
    const outputs = handIn?.exit === undefined ? "lost" : await this.#bringOutputs(attempt, handIn.exit);
    if (outputs === "lost") {
      await this.#findClaim(attempt, files);
      return { changedInputs: [], refused: undefined };
    }
    const elsewhere = { changedInputs: handIn!.changedInputs, refused: outputs };
    writeRecord(keptIn(folder), elsewhere);
    writeRecord(folder.exit, handIn!.exit);
    return elsewhere;
  }

  /** Of an image's own entry point: what it wrote, its values among it. Its end and its log are the engine's to tell. */
  async bringOwn({ id, folder }: Attempt): Promise<FilesElsewhere> {
    // Once they are here they are moved on: they are not to come again.
    if (existsSync(keptIn(folder))) return elsewhereIn(readRecordIfSound(keptIn(folder)));
    const outcome = await this.#unpack(id, inContainer.outputs, folder.outputs);
    const elsewhere = { changedInputs: [], refused: outcome === "absent" ? undefined : outcome };
    writeRecord(keptIn(folder), elsewhere);
    return elsewhere;
  }

  /** The part of a file that our copy lacks. */
  async fill(id: AttemptId, files: RelayedFiles, name: RelayedName): Promise<boolean> {
    const filled = await this.#archives.get(id, pathsThere[name], async (archive) => {
      for await (const { type, content } of readTar(archive)) {
        let at = 0;
        for await (const bytes of type === "file" ? content : []) {
          files.take({ name, at, bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) });
          at += bytes.length;
        }
      }
      return true;
    });
    return filled === true;
  }

  /** Of one without an end: whether it had begun at all. Where nothing is left of one that had, its log may have lost its last words. */
  async #findClaim({ id, folder }: Attempt, files: RelayedFiles): Promise<void> {
    const isThere = (await this.#archives.file(id, there.claim, usualLimits.recordBytes)) !== undefined;
    if (!isThere && existsSync(folder.started) && !existsSync(folder.claim)) files.noteLoss(lostWords);
    if (isThere || existsSync(folder.started)) claimAttempt(folder);
  }

  /** Of one that was killed with its supervisor there is no last word; its records are there all the same. */
  async #handIn({ id, folder }: Attempt): Promise<HandIn | undefined> {
    const told = readRecordIfSound(handedInAt(folder)) ?? (await this.#record(id, handedInAt(there)));
    if (told !== undefined) return sound(() => parseHandIn(told));
    const exit = await this.#record(id, there.exit);
    return isRecord(exit) ? sound(() => parseHandIn({ exit, logBytes: 0, progressBytes: 0 })) : undefined;
  }

  async #complete(id: AttemptId, files: RelayedFiles, handIn: HandIn | undefined): Promise<void> {
    const wanted = { log: handIn?.logBytes ?? Infinity, "progress.jsonl": handIn?.progressBytes ?? Infinity };
    if (files.bytesOf("started.json") === 0) await this.fill(id, files, "started.json");
    for (const name of ["log", "progress.jsonl"] as const)
      if (files.bytesOf(name) < wanted[name] && !files.isFull(name)) await this.fill(id, files, name);
    if (handIn !== undefined && files.bytesOf("log") < handIn.logBytes) files.noteLoss(lostWords);
  }

  /** Why an output could not be taken, if one could not; `lost` with the container: then nobody knows what was written. */
  async #bringOutputs(
    { id, spec, folder }: Attempt,
    exit: Record<string, unknown>,
  ): Promise<TaskError | "lost" | undefined> {
    if (exit["completed"] !== true || !Object.values(spec.outputs).some(isOnDisk)) return undefined;
    const refused = await this.#unpack(id, there.outputs, folder.outputs);
    if (refused !== "absent") return refused;
    return (await this.#record(id, there.attempt)) === undefined ? "lost" : undefined;
  }

  async #unpack(id: AttemptId, wasAt: string, target: string): Promise<TaskError | "absent" | undefined> {
    await removeFolder(target);
    try {
      const unpack = async (archive: AsyncIterable<Buffer>): Promise<true> => {
        await unpackOutputs(archive, target, { wasAt, limits: usualLimits.outputs });
        return true;
      };
      return (await this.#archives.get(id, wasAt, unpack)) ? undefined : "absent";
    } catch (thrown) {
      if (!(thrown instanceof FlotillaError) || !ofTheOutputs.has(thrown.code)) throw thrown;
      await removeFolder(target);
      return { type: thrown.code, message: `the outputs cannot be kept: ${thrown.message}` };
    }
  }

  async #record(id: AttemptId, path: string): Promise<unknown> {
    const content = await this.#archives.file(id, path, usualLimits.handInBytes);
    return content === undefined ? undefined : sound(() => JSON.parse(content.toString("utf8")) as unknown);
  }
}

const lostWords = "its container is gone, and with it what it printed last";

/** What was found out of the files there, beside the records of an attempt. */
function keptIn({ root }: AttemptFolder): string {
  return `${root}/elsewhere.json`;
}

/** What is so however often it is tried. */
const ofTheOutputs: ReadonlySet<string> = new Set(["OUTPUT_INVALID", "BLOB_DAMAGED", "DISK_FULL"]);

/** We wrote it ourselves. */
function elsewhereIn(value: unknown): FilesElsewhere {
  return isRecord(value) && Array.isArray(value["changedInputs"])
    ? (value as unknown as FilesElsewhere)
    : { changedInputs: [], refused: undefined };
}

/** A task may have put anything into the place of a record. */
function sound<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
