import { errnoOf } from "../../artifacts/disk-errors.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { Evidence } from "../../core/evidence.ts";
import type { AttemptId } from "../../core/ids.ts";
import { BackgroundWork } from "../background-work.ts";
import {
  attemptFolder,
  claimAttempt,
  makeAttemptFolder,
  noteIfPossible,
  readRecordIfSound,
  writeRecord,
} from "../local/attempt-folder.ts";
import type { AttemptFolder } from "../local/attempt-folder.ts";
import { isRecord } from "../local/exit-record.ts";
import { type Outcome, parseOutcome } from "../local/inspect-attempt.ts";
import type { AttemptSpec, CancelOptions, Report } from "../platform.ts";
import { AttemptLog } from "./attempt-log.ts";
import type { ImageBuilder, ImageOrder } from "./image-builder.ts";

/** An attempt to make an image, and the work that it is. */
export type ImageSpec = AttemptSpec & { readonly work: Extract<AttemptSpec["work"], { type: "image" }> };

interface Live {
  readonly spec: ImageSpec;
  readonly folder: AttemptFolder;
  readonly running: Extract<Report, { type: "running" }>;
  readonly stop: AbortController;
  cancelled: "cancel" | "timeout" | undefined;
}

/**
 * Attempts that make an image. A build hangs on the connection of whoever asked for it, and ends with it: so one of an
 * earlier process is over, and its task is tried again. Layers that were done then need not be done again.
 */
export class ImageAttempts {
  readonly #directory: string;
  readonly #builder: ImageBuilder;
  readonly #live = new Map<AttemptId, Live>();
  readonly #background = new BackgroundWork();
  #report: (report: Report) => void = () => undefined;

  /** @param directory the project's `.flotilla` folder */
  constructor(directory: string, builder: ImageBuilder) {
    this.#directory = directory;
    this.#builder = builder;
  }

  onReport(listener: (report: Report) => void): void {
    this.#report = listener;
  }

  /** Whether an attempt is one of these, of whatever process. */
  has(id: AttemptId): boolean {
    if (this.#live.has(id)) return true;
    const record = readRecordIfSound(attemptFolder(this.#directory, id).attempt);
    return isRecord(record) && isRecord(record["run"]) && record["run"]["type"] === "image";
  }

  start(spec: ImageSpec): void {
    const known = this.#live.get(spec.id);
    if (known !== undefined) return this.#report(known.running);
    const folder = attemptFolder(this.#directory, spec.id);
    const isNew = makeAttemptFolder(folder);
    if (isNew) writeRecord(folder.attempt, { task: spec.task, step: spec.step, run: { type: "image" } });
    if (claimAttempt(folder)) this.#begin(spec, folder);
    else this.#tellEnd(spec.id, folder);
  }

  adopt(spec: ImageSpec): void {
    if (this.#live.has(spec.id)) return;
    const folder = attemptFolder(this.#directory, spec.id);
    makeAttemptFolder(folder);
    if (claimAttempt(folder)) this.#end(spec.id, folder, failed({ neverStarted: "its engine ended before it began" }));
    else this.#tellEnd(spec.id, folder);
  }

  cancel(id: AttemptId, { why }: CancelOptions): void {
    const live = this.#live.get(id);
    const folder = attemptFolder(this.#directory, id);
    if (live === undefined) {
      if (!claimAttempt(folder)) return this.#tellEnd(id, folder);
      return this.#end(id, folder, failed({ neverStarted: "it was cancelled before it began" }));
    }
    if (why === "withdraw") return;
    live.cancelled ??= why;
    live.stop.abort();
  }

  /** What is being built is broken off: nobody would hear of its end. */
  async close(): Promise<void> {
    this.#report = () => undefined;
    const underWay = [...this.#live.values()];
    this.#live.clear();
    for (const { stop } of underWay) stop.abort();
    await this.#background.settled();
  }

  #begin(spec: ImageSpec, folder: AttemptFolder): void {
    const handle = { host: this.#builder.host };
    const running: Live["running"] = { type: "running", attempt: spec.id, at: Date.now(), handle };
    const live: Live = { spec, folder, running, stop: new AbortController(), cancelled: undefined };
    this.#live.set(spec.id, live);
    this.#report(running);
    this.#background.add(this.#make(live));
  }

  async #make(live: Live): Promise<void> {
    const { spec, folder, running } = live;
    const outcome = await this.#outcomeOf(live);
    if (!this.#live.delete(spec.id)) return;
    const about = { host: this.#builder.host, startedAt: running.at, endedAt: Date.now() };
    this.#end(spec.id, folder, { ...outcome, evidence: { ...outcome.evidence, ...about } });
  }

  async #outcomeOf(live: Live): Promise<Outcome> {
    const { spec, folder, stop } = live;
    let log: AttemptLog | undefined;
    try {
      const file = (log = new AttemptLog(folder.log));
      if (spec.code === undefined) throw new Error("there is no snapshot to build from");
      const order: ImageOrder = {
        recipe: spec.work.recipe,
        code: spec.code,
        log: (text) => (stop.signal.aborted ? undefined : file.write(text)),
        signal: stop.signal,
      };
      const image = await Promise.race([this.#builder.make(order), broken(stop.signal)]);
      return { evidence: { completed: true }, outputs: { image: { value: image } } };
    } catch (thrown) {
      if (live.cancelled !== undefined) return failed({ endedByUs: live.cancelled });
      return failed(evidenceOf(thrown));
    } finally {
      log?.close();
    }
  }

  /** Of one that another process began. */
  #tellEnd(id: AttemptId, folder: AttemptFolder): void {
    const outcome = parseOutcome(readRecordIfSound(folder.ended));
    this.#end(id, folder, outcome ?? failed({ gone: "the engine that built the image ended before it was done" }));
  }

  /** Written down before it is told. */
  #end(id: AttemptId, folder: AttemptFolder, { evidence, outputs }: Outcome): void {
    noteIfPossible(folder.ended, { evidence, outputs });
    this.#report({ type: "ended", attempt: id, at: evidence.endedAt ?? Date.now(), evidence, outputs });
  }
}

/** Rejects when it is aborted. */
function broken(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("it was broken off")), { once: true });
  });
}

function failed(why: Partial<Evidence>): Outcome {
  return { evidence: { completed: false, ...why }, outputs: {} };
}

function evidenceOf(thrown: unknown): Partial<Evidence> {
  if (errnoOf(thrown) === "ENOSPC") return { diskFull: true, error: { type: "OSError", message: String(thrown) } };
  if (!(thrown instanceof FlotillaError)) return { fault: String(thrown) };
  const { code, message } = thrown;
  switch (code) {
    case "IMAGE_FAILED":
      return { error: { type: code, message } };
    case "DISK_FULL":
      return { diskFull: true, error: { type: code, message } };
    case "DOCKER_REFUSED":
    case "DOCKER_UNREACHABLE":
      return { neverStarted: message };
    default:
      return { config: { code, message } };
  }
}
