import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ArtifactStore } from "../../artifacts/artifact-store.ts";
import { materializeCode } from "../../artifacts/materialize-code.ts";
import type { Digest } from "../../core/ids.ts";
import { writeRecord } from "./attempt-folder.ts";
import { attemptJson, makeOutputFolders } from "./attempt-json.ts";
import { interpreterOf, threadsOf } from "./interpreter.ts";
import type { LiveAttempt } from "./live-attempt.ts";
import { findNodeRunner } from "./package-files.ts";
import { inputPlaces, placeInputs } from "./place-inputs.ts";
import { runOf } from "./run-command.ts";
import type { ParentKind } from "./warm-parent.ts";
import type { WorkFolders } from "./work-folders.ts";

export interface PreparerOptions {
  /** The project's `.flotilla` folder. */
  readonly directory: string;
  readonly artifacts: ArtifactStore;
  /** The interpreter that supervises steps which are not Python. */
  readonly python: string;
  readonly graceMs: number;
}

/** Makes the folder of an attempt ready to run: inputs, code, folders to write to, and last `attempt.json`. */
export class Preparer {
  readonly #options: PreparerOptions;
  readonly #work: WorkFolders;
  readonly #nodeRunner = findNodeRunner();
  readonly #codeFolders = new Map<Digest | undefined, string>();

  constructor(options: PreparerOptions, work: WorkFolders) {
    this.#options = options;
    this.#work = work;
  }

  /**
   * Does not wait where there is nothing to wait for: most attempts read no files.
   * @returns the kind of warm parent that can run it
   * @throws FlotillaError `BLOB_MISSING`, `BLOB_DAMAGED`, and what the disk refuses
   */
  async prepare({ spec, folder }: Pick<LiveAttempt, "spec" | "folder">): Promise<ParentKind> {
    const { directory, artifacts, graceMs, python } = this.#options;
    const places = inputPlaces(spec.inputs);
    if (places.length > 0) await placeInputs(artifacts, folder, places);
    const code = this.#codeFolders.get(spec.code) ?? (await this.#makeCodeFolder(spec.code));
    const sources = spec.code === undefined ? dirname(directory) : code;
    const run = runOf(spec, folder, { flotilla: directory, nodeRunner: this.#nodeRunner, sources });
    this.#work.make(folder.work);
    makeOutputFolders(spec, folder);
    writeRecord(folder.attempt, attemptJson(spec, folder, { run, code, graceMs }));
    return { python: interpreterOf(spec.work, directory, python), code, threads: threadsOf(spec.resources) };
  }

  /** An attempt without code has an empty folder for it. */
  async #makeCodeFolder(code: Digest | undefined): Promise<string> {
    const snapshots = join(this.#options.directory, "code");
    const folder =
      code === undefined ? join(snapshots, "none") : await materializeCode(this.#options.artifacts, code, snapshots);
    mkdirSync(folder, { recursive: true });
    this.#codeFolders.set(code, folder);
    return folder;
  }
}
