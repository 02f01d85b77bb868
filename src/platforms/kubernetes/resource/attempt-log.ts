import { appendFileSync, existsSync, readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type AttemptFolder, makeAttemptFolder, readRecordIfSound, writeRecord } from "../../local/attempt-folder.ts";
import { isRecord } from "../../local/exit-record.ts";
import type { LogPosition } from "../pod-log-lines.ts";

/** How far a source of the log was read. */
export interface SourcePlace {
  readonly position?: LogPosition;
  /** To its end. */
  readonly isDone?: true;
}

interface Places {
  /** The log was so long when this was written down. */
  readonly bytes: number;
  readonly sources: Readonly<Record<string, SourcePlace>>;
}

const flushEveryMs = 200;
const mostWaitingBytes = 256 * 1024;
const tryAgainMs = 1000;

/**
 * The log of an attempt whose lines come from elsewhere, and beside it how far each source has been read, so that another
 * process goes on where this one ends. Lines are written before the places behind them; those for which it did not come to
 * that are known by their text, and not written twice.
 */
export class AttemptLog {
  readonly #folder: AttemptFolder;
  readonly #sources: Map<string, SourcePlace>;
  /** Records behind no place, and how often each is there. */
  readonly #unplaced: Map<string, number>;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #isMoved = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: AttemptFolder) {
    this.#folder = folder;
    makeAttemptFolder(folder);
    const { bytes, sources } = readPlaces(this.#placesPath);
    this.#sources = new Map(Object.entries(sources));
    this.#unplaced = unplacedRecords(folder.log, bytes);
  }

  placeOf(source: string): SourcePlace {
    return this.#sources.get(source) ?? {};
  }

  /** All that anything was read of, by this process or an earlier one. */
  get sources(): readonly string[] {
    return [...this.#sources.keys()];
  }

  /** The source was read up to here, and there was nothing to write. */
  place(source: string, place: SourcePlace): void {
    this.#sources.set(source, place);
    this.#isMoved = true;
    this.#flushSoon();
  }

  /** Adds a record, `2026-11-23T22:16:02.123456Z stdout F text`. While the disk takes no more, it waits. */
  async add(record: string): Promise<void> {
    this.#waiting.push(`${record}\n`);
    this.#waitingBytes += record.length;
    this.#flushSoon();
    while (this.#waitingBytes >= mostWaitingBytes && !this.flush()) await delay(tryAgainMs, undefined, { ref: false });
  }

  /** Adds a record of a source that is read up to here, unless it, or one that says the same, is there already. */
  async write(record: string, source: string, place: SourcePlace, alike: readonly string[] = [record]): Promise<void> {
    this.place(source, place);
    if (!this.#isWritten(alike)) await this.add(record);
  }

  /** False where the disk does not take it; nothing is lost then. */
  flush(): boolean {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { log } = this.#folder;
    const before = sizeOf(log);
    try {
      if (this.#waiting.length > 0) appendFileSync(log, this.#waiting.join(""));
      [this.#waiting, this.#waitingBytes] = [[], 0];
      if (this.#isMoved) writeRecord(this.#placesPath, placesNow(log, this.#sources));
      this.#isMoved = false;
      return true;
    } catch {
      // Of a disk that is full, a part may have been taken.
      if (this.#waiting.length > 0 && sizeOf(log) > before) truncateSync(log, before);
      this.#timer = setTimeout(() => this.flush(), tryAgainMs).unref();
      return false;
    }
  }

  close(): void {
    this.flush();
    clearTimeout(this.#timer);
  }

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => this.flush(), flushEveryMs).unref();
  }

  #isWritten(alike: readonly string[]): boolean {
    const known = alike.find((record) => this.#unplaced.has(record));
    if (known === undefined) return false;
    const times = this.#unplaced.get(known)! - 1;
    if (times === 0) this.#unplaced.delete(known);
    else this.#unplaced.set(known, times);
    return true;
  }

  get #placesPath(): string {
    return join(this.#folder.root, "log-places.json");
  }
}

function placesNow(log: string, sources: ReadonlyMap<string, SourcePlace>): Places {
  return { bytes: sizeOf(log), sources: Object.fromEntries(sources) };
}

function readPlaces(path: string): Places {
  const record = readRecordIfSound(path);
  const isSound = isRecord(record) && typeof record["bytes"] === "number" && isRecord(record["sources"]);
  return isSound ? (record as unknown as Places) : { bytes: 0, sources: {} };
}

/** A record that was cut off in the middle is taken away. */
function unplacedRecords(log: string, from: number): Map<string, number> {
  const counts = new Map<string, number>();
  if (sizeOf(log) <= from) return counts;
  const content = readFileSync(log).subarray(from);
  const end = content.lastIndexOf(0x0a) + 1;
  if (end < content.length) truncateSync(log, from + end);
  for (const record of content.subarray(0, end).toString().split("\n").slice(0, -1))
    counts.set(record, (counts.get(record) ?? 0) + 1);
  return counts;
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}
