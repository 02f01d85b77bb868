import { setTimeout as delay } from "node:timers/promises";
import { FlotillaError } from "../../core/errors.ts";
import { KnownLines } from "./known-lines.ts";
import { LogEnd, markOf, recordsOf } from "./log-end.ts";
import type { LogSource, SourceLine } from "./log-source.ts";

/** What a source answers is read so much further back than it must be: times of two streams are not in order. */
const marginSeconds = 1;
const firstWaitMs = 100;
const longestWaitMs = 5000;
/** A stream ends by itself when its container has ended; one that does not is broken off. */
const endsWithinMs = 2000;

/**
 * Brings what a container prints into the log of its attempt while it does, each line once: also over connections that break, and
 * over processes of ours that come after one another. What a source has lost is marked.
 */
export class FollowedLog {
  readonly #path: string;
  readonly #source: LogSource;
  readonly #finishWithinMs: number;
  readonly #closing = new AbortController();
  /** The container has ended: nothing is followed anew. */
  readonly #ended = new AbortController();
  readonly #brokenOff = new AbortController();
  #following: Promise<void> | undefined;
  #finishing: Promise<void> | undefined;
  /** How long the log was when we last wrote to it. */
  #bytes: number | undefined;

  constructor(path: string, source: LogSource, { finishWithinMs = 20_000 } = {}) {
    this.#path = path;
    this.#source = source;
    this.#finishWithinMs = finishWithinMs;
  }

  /** From now on; resolves when the end was told, or it is closed. */
  follow(): Promise<void> {
    return (this.#following ??= this.#follow());
  }

  /**
   * The container has ended: resolves when all that it printed is there, or a mark says what is not. Rejects if it is closed before.
   */
  finish(): Promise<void> {
    return (this.#finishing ??= this.#finish());
  }

  /** Leaves the rest to another process. */
  close(): void {
    this.#closing.abort();
  }

  async #follow(): Promise<void> {
    const until = AbortSignal.any([this.#closing.signal, this.#ended.signal]);
    const reading = AbortSignal.any([this.#closing.signal, this.#brokenOff.signal]);
    for (let waitMs = firstWaitMs; !until.aborted; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      try {
        if ((await this.#copy(true, reading)) !== "copied") return;
        waitMs = firstWaitMs;
      } catch {
        // The next round begins where this one broke off.
      }
      await delay(waitMs, undefined, { signal: until }).catch(() => undefined);
    }
  }

  async #finish(): Promise<void> {
    this.#ended.abort();
    const late = setTimeout(() => this.#brokenOff.abort(), endsWithinMs);
    await this.#following;
    clearTimeout(late);
    let giveUpAt = performance.now() + this.#finishWithinMs;
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      this.#closing.signal.throwIfAborted();
      const before = this.#bytes;
      try {
        if ((await this.#copy(false, this.#closing.signal)) !== "gone") return;
        return await this.#mark("what else it printed is gone with its container");
      } catch (thrown) {
        this.#closing.signal.throwIfAborted();
        // What goes on is not given up, and who does not answer has not said that there is no more.
        if (this.#bytes !== before || isUnanswered(thrown)) giveUpAt = performance.now() + this.#finishWithinMs;
        else if (isRefused(thrown) || performance.now() + waitMs > giveUpAt)
          return await this.#mark(`what else it printed could not be read: ${String(thrown).slice(0, 500)}`);
        await delay(waitMs, undefined, { signal: this.#closing.signal });
      }
    }
  }

  /** Up to where the source ends. `taken over`: another process of ours does this by now. */
  async #copy(follow: boolean, signal: AbortSignal): Promise<"copied" | "gone" | "taken over"> {
    const end = await LogEnd.open(this.#path, this.#bytes);
    if (end === undefined) return "taken over";
    try {
      const first = end.times[0];
      const fromSecond = first === undefined ? undefined : Math.floor(Date.parse(first) / 1000) - marginSeconds;
      const batches = await this.#source.open({ fromSecond, follow, signal });
      if (batches === undefined) return "gone";
      const known = new KnownLines(end.times, end.latest);
      for await (const batch of batches) {
        const records = freshRecords(batch, known);
        if (records.length > 0 && !(await end.append(Buffer.concat(records)))) return "taken over";
      }
      return "copied";
    } finally {
      this.#bytes = end.bytes;
      await end.close();
    }
  }

  /** Where there is room for it: on a full disk nothing waits for a mark. */
  async #mark(text: string): Promise<void> {
    const end = await LogEnd.open(this.#path, this.#bytes).catch(() => undefined);
    try {
      await end?.append(markOf(text));
    } catch {
      // See above.
    } finally {
      await end?.close();
    }
  }
}

function isUnanswered(thrown: unknown): boolean {
  return thrown instanceof FlotillaError && ["DOCKER_UNREACHABLE", "CLUSTER_UNREACHABLE"].includes(thrown.code);
}

function isRefused(thrown: unknown): boolean {
  return thrown instanceof FlotillaError && thrown.code === "CLUSTER_REFUSED";
}

function freshRecords(batch: readonly SourceLine[], known: KnownLines): Buffer[] {
  return batch.flatMap((line) => {
    const verdict = known.judge(line);
    if (verdict === "known") return [];
    const records = recordsOf(line);
    return verdict === "new"
      ? records
      : [markOf("lines before this one may be lost: the engine of its container has kept no more"), ...records];
  });
}
