import { closeSync, constants, mkdirSync, openSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { AttemptFolder } from "../local/attempt-folder.ts";
import { readLog } from "../local/log-reader.ts";
import type { TaskApiLimits } from "../task-api/limits.ts";

/** The files of an attempt that are told as they grow, and the last word, by the names that its relay has for them. */
export type RelayedName = "started.json" | "log" | "progress.jsonl" | "handed-in.json";

/** What came in a line of the relay; untrusted, as the task may write to the same place. */
export interface Piece {
  readonly name: RelayedName;
  readonly at: number;
  readonly bytes: Buffer;
}

const line = /^(started\.json|log|progress\.jsonl|handed-in\.json) (\d{1,15}) ([A-Za-z0-9+/]+=*)$/;

/** Undefined for a line that is none of the relay. */
export function parsePiece(text: string): Piece | undefined {
  const [, name, at, piece] = line.exec(text) ?? [];
  if (piece === undefined) return undefined;
  return { name: name as RelayedName, at: Number(at), bytes: Buffer.from(piece, "base64") };
}

/** The last word of a relay, in any folder of an attempt. */
export function handedInAt({ root }: AttemptFolder): string {
  return `${root}/handed-in.json`;
}

/**
 * Our copies of them. Each piece is written where it belongs, so one that comes twice, from a stream that was taken up again or by
 * another process of ours, changes nothing.
 */
export class RelayedFiles {
  readonly #paths: Readonly<Record<RelayedName, string>>;
  readonly #most: Readonly<Record<RelayedName, number>>;

  constructor(folder: AttemptFolder, { logBytes, progressBytes, recordBytes, handInBytes }: TaskApiLimits) {
    this.#paths = {
      log: folder.log,
      "progress.jsonl": folder.progress,
      "started.json": folder.started,
      "handed-in.json": handedInAt(folder),
    };
    this.#most = {
      log: logBytes,
      "progress.jsonl": progressBytes,
      "started.json": recordBytes,
      "handed-in.json": handInBytes,
    };
  }

  /** How far our copy goes. */
  bytesOf(name: RelayedName): number {
    return statSync(this.#paths[name], { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Of what is longer than this no more is kept. */
  isFull(name: RelayedName): boolean {
    return this.bytesOf(name) >= this.#most[name];
  }

  /** False if something before it is missing: then nothing of it is kept. */
  take({ name, at, bytes }: Piece): boolean {
    const have = this.bytesOf(name);
    if (at > have) return this.isFull(name);
    const fresh = bytes.subarray(have - at);
    if (fresh.length === 0 || this.isFull(name)) return true;
    this.#write(name, fresh, have);
    if (name === "log" && this.isFull(name)) this.#note(`no more than ${this.#most.log} bytes of this log are kept`);
    return true;
  }

  /** Says in the log itself that something of it is missing from here on. */
  noteLoss(why: string): void {
    if (!this.isFull("log")) this.#note(why);
  }

  /**
   * From when on Docker is to tell again what was printed, in seconds: a piece is told after its records were made, by the same
   * clock, and before all that follow it. Ten seconds are for clocks that are set.
   */
  async toldUntil(): Promise<number> {
    for await (const { at } of readLog(this.#paths.log, { tailLines: 1 })) return Math.max(0, at / 1000 - 10);
    return 0;
  }

  /** A line of its own, also after one that was cut off. */
  #note(what: string): void {
    const record = `\n${new Date().toISOString()} stderr F [flotilla: ${what}]\n`;
    this.#write("log", Buffer.from(record), this.bytesOf("log"));
  }

  #write(name: RelayedName, bytes: Uint8Array, at: number): void {
    const path = this.#paths[name];
    mkdirSync(dirname(path), { recursive: true });
    const descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o644);
    try {
      for (let written = 0; written < bytes.length;)
        written += writeSync(descriptor, bytes, written, bytes.length - written, at + written);
    } finally {
      closeSync(descriptor);
    }
  }
}
