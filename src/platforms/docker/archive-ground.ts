import { existsSync, rmSync } from "node:fs";
import type { ArtifactStore } from "../../artifacts/artifact-store.ts";
import type { AttemptId } from "../../core/ids.ts";
import { claimAttempt, writeRecord } from "../local/attempt-folder.ts";
import type { FilesElsewhere } from "../local/finish-attempt.ts";
import { interpreterOf, threadsOf } from "../local/interpreter.ts";
import type { LiveAttempt } from "../local/live-attempt.ts";
import { findRunner } from "../local/package-files.ts";
import { inImage } from "../image-work.ts";
import { toldAt } from "../task-api/attempt-document.ts";
import { InputContents } from "../task-api/input-contents.ts";
import { usualLimits } from "../task-api/limits.ts";
import { attemptArchive, entryPointArchive, placesThere } from "./attempt-archive.ts";
import { HomeBringer } from "./bring-home.ts";
import { ContainerArchives } from "./container-archives.ts";
import type { Containers } from "./containers.ts";
import type { EngineApi } from "./engine-api.ts";
import { followRelay } from "./follow-relay.ts";
import type { Ground, Prepared } from "./ground.ts";
import { RelayedFiles } from "./relayed-files.ts";

export interface ArchiveGroundOptions {
  readonly api: EngineApi;
  readonly containers: Containers;
  readonly artifacts: ArtifactStore;
  readonly graceMs: number;
  /** Between two attempts to reach an engine that is away. */
  readonly againMs: number;
  readonly closing: AbortSignal;
}

interface Following {
  readonly stop: () => void;
  readonly done: Promise<void>;
}

/**
 * An engine that does not have our disk. What an attempt needs goes into its container as one archive before that starts; what
 * grows while it runs is printed by its main process and streamed by Docker; the rest is taken out when it has ended. All of it
 * stays in the container until we have it, so it may wait for us as long as it has to.
 */
export class ArchiveGround implements Ground {
  readonly isMounted = false;
  readonly #options: ArchiveGroundOptions;
  readonly #archives: ContainerArchives;
  readonly #home: HomeBringer;
  readonly #following = new Map<AttemptId, Following>();
  readonly #comingHome = new Map<AttemptId, Promise<FilesElsewhere>>();

  constructor(options: ArchiveGroundOptions) {
    this.#options = options;
    this.#archives = new ContainerArchives(options.api, options.closing);
    this.#home = new HomeBringer(this.#archives);
  }

  /** Our copy of `attempt.json` has the paths that its files will have here. */
  async prepare(attempt: LiveAttempt): Promise<Prepared> {
    const { artifacts, graceMs } = this.#options;
    const { folder } = attempt;
    const spec = inImage(attempt.spec);
    await new InputContents(artifacts, spec).check();
    writeRecord(folder.attempt, toldAt(spec, folder, { code: placesThere.code, graceMs }));
    const { root, work } = placesThere.folder;
    const places = { folder: root, work, runner: placesThere.runner, binds: undefined };
    return { places, python: interpreterOf(spec.work, "", "python3"), threads: threadsOf(spec.resources) };
  }

  /** TRAP: whoever gives an attempt up claims it first and looks for its container then; here it is the other way round. */
  async deliver({ id, spec, folder }: LiveAttempt): Promise<boolean> {
    const options = { ...this.#options, runner: findRunner() };
    const archive =
      spec.work.type === "container" ? entryPointArchive(spec, options) : attemptArchive(inImage(spec), options);
    await this.#archives.put(id, archive);
    return !existsSync(folder.claim);
  }

  async renounce({ id, folder }: LiveAttempt): Promise<boolean> {
    if (existsSync(folder.started) || !claimAttempt(folder)) return false;
    let isRenounced = false;
    try {
      return (isRenounced = await this.#options.containers.removeUnstarted(id));
    } finally {
      if (!isRenounced) rmSync(folder.claim, { force: true });
    }
  }

  async follow(attempt: LiveAttempt, onStarted: () => void): Promise<void> {
    const { id, folder } = attempt;
    const stopping = new AbortController();
    const files = new RelayedFiles(folder, usualLimits);
    const relay = {
      id,
      files,
      fill: async (name: Parameters<HomeBringer["fill"]>[2]) => void (await this.#home.fill(id, files, name)),
      onPiece: (name: string) => name === "started.json" && onStarted(),
    };
    const { api, containers, againMs, closing } = this.#options;
    const signal = AbortSignal.any([closing, stopping.signal]);
    const done = followRelay(relay, { api, containers, againMs, signal });
    this.#following.set(id, { stop: () => stopping.abort(), done });
    onStarted();
    await done;
    this.#following.delete(id);
  }

  async catchUp({ id, folder }: Pick<LiveAttempt, "id" | "folder">): Promise<void> {
    if (existsSync(folder.ended) || !existsSync(folder.attempt)) return;
    await this.#home.fill(id, new RelayedFiles(folder, usualLimits), "log").catch(() => undefined);
  }

  /** Several looks may find the end of one. */
  bringHome(attempt: LiveAttempt): Promise<FilesElsewhere> {
    const coming =
      this.#comingHome.get(attempt.id) ??
      this.#bringHome(attempt).finally(() => void this.#comingHome.delete(attempt.id));
    this.#comingHome.set(attempt.id, coming);
    return coming;
  }

  async #bringHome(attempt: LiveAttempt): Promise<FilesElsewhere> {
    const following = this.#following.get(attempt.id);
    following?.stop();
    await following?.done;
    return attempt.spec.work.type === "container" ? this.#home.bringOwn(attempt) : this.#home.bring(attempt);
  }
}
