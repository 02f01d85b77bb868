import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ArtifactStore } from "../../artifacts/artifact-store.ts";
import { removeFolder } from "../../artifacts/remove-folder.ts";
import { hashBytes } from "../../artifacts/hashing.ts";
import type { AttemptId, Digest } from "../../core/ids.ts";
import type { AttemptSpec } from "../platform.ts";
import { attemptFolder } from "../local/attempt-folder.ts";
import type { AttemptFolder } from "../local/attempt-folder.ts";
import { InputContents } from "./input-contents.ts";
import { parseOutputList } from "./output-list.ts";
import type { OutputLimits, OutputList } from "./output-list.ts";
import { readTextIfThere } from "./durable.ts";
import { Uploads } from "./uploads.ts";

/**
 * An attempt that runs where our disk is not. What it told lies in its folder, so that any process of ours may take the next
 * request; here is what this process knows beside that.
 *
 *     admitted      `attempt.json` is there                -> handed in, revoked
 *     handed in     `handed-in.json` is there              -> ended, revoked
 *     ended         `ended.json` is there: it was reported -> revoked
 *     revoked       `revoked` is there: its token opens nothing any more
 */
export class RemoteAttempt {
  readonly id: AttemptId;
  readonly folder: AttemptFolder;
  readonly uploads: Uploads;
  /** Undefined where nobody in this process looks after the attempt (yet). */
  spec: AttemptSpec | undefined;
  inputs: InputContents | undefined;
  /** Of an outcome that is being found out. */
  finishing: Promise<void> | undefined;
  isRunningReported = false;
  progressBytes = 0;
  /** When it was last heard of, by the monotonic clock. */
  heardAt: number | undefined;
  /** Heartbeats that wait for something to tell. */
  readonly wakers = new Set<() => void>();
  #outputs: OutputList | undefined;

  constructor(flotilla: string, id: AttemptId) {
    this.id = id;
    this.folder = attemptFolder(flotilla, id);
    this.uploads = new Uploads(this.uploadsPath);
  }

  get uploadsPath(): string {
    return join(this.folder.root, "uploads");
  }

  get outputListPath(): string {
    return join(this.folder.root, "outputs.json");
  }

  get handedInPath(): string {
    return join(this.folder.root, "handed-in.json");
  }

  get containerEndedPath(): string {
    return join(this.folder.root, "container-ended.json");
  }

  get revokedPath(): string {
    return join(this.folder.root, "revoked");
  }

  get isAdmitted(): boolean {
    return existsSync(this.folder.attempt) && !existsSync(this.revokedPath);
  }

  get isHandedIn(): boolean {
    return existsSync(this.handedInPath);
  }

  lookAfter(spec: AttemptSpec, artifacts: ArtifactStore): void {
    this.spec = spec;
    this.inputs = new InputContents(artifacts, spec);
  }

  /** What was listed, also to an earlier process; undefined if nothing was. */
  outputs(limits: OutputLimits): OutputList | undefined {
    if (this.#outputs === undefined) {
      const text = readTextIfThere(this.outputListPath);
      if (text !== undefined) this.#outputs = parseOutputList(text, limits);
    }
    return this.#outputs;
  }

  outputListDigest(): Digest | undefined {
    const text = readTextIfThere(this.outputListPath);
    return text === undefined ? undefined : hashBytes(Buffer.from(text));
  }

  /** It was listed anew. */
  forgetOutputs(): void {
    this.#outputs = undefined;
  }

  /** Its folder, if it has one, says so to every process that comes. */
  async revoke(): Promise<void> {
    if (existsSync(this.folder.root)) writeFileSync(this.revokedPath, "");
    this.wake();
    await removeFolder(this.uploadsPath);
  }

  wake(): void {
    for (const wake of this.wakers) wake();
  }
}
