import { type FileHandle, open } from "node:fs/promises";
import { pieceBytes, type SourceLine } from "./log-source.ts";

/** So much of the end is looked at: far more than what stands between two looks at the clock. */
const tailBytes = 1024 * 1024;
const newLine = 0x0a;
/** What came from a source; marks of ours have three digits. */
const fromSource = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z) std(?:out|err) [FP] /;
const wholeLine = /^\S+ std(?:out|err) F /;

/** The end of an attempt's log, which one process of ours writes to. */
export class LogEnd {
  /** Of the last whole lines that came from the source, in order. */
  readonly times: readonly string[];
  /** Of all that came from it. */
  readonly latest: string;
  readonly #file: FileHandle;
  #bytes: number;

  private constructor(file: FileHandle, bytes: number, { times, latest }: Tail) {
    this.#file = file;
    this.#bytes = bytes;
    this.times = times;
    this.latest = latest;
  }

  /**
   * What a process that died left behind the last whole line is cut off: it comes again. Undefined where it is longer than the
   * `known` bytes that we left: another process of ours writes to it by now.
   */
  static async open(path: string, known = Infinity): Promise<LogEnd | undefined> {
    const file = await open(path, "a+");
    try {
      const { size } = await file.stat();
      if (size > known) {
        await file.close();
        return undefined;
      }
      const start = Math.max(0, size - tailBytes);
      const tail = Buffer.alloc(size - start);
      await file.read(tail, 0, tail.length, start);
      const found = readTail(tail);
      // A tail in which no line ends is no log of ours; it is left as it is.
      const bytes = found.end === 0 && start > 0 ? size : start + found.end;
      if (bytes < size) await file.truncate(bytes);
      return new LogEnd(file, bytes, found);
    } catch (thrown) {
      await file.close();
      throw thrown;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** False where another process of ours writes to it by now: it has taken the attempt over. */
  async append(records: Buffer): Promise<boolean> {
    if ((await this.#file.stat()).size !== this.#bytes) return false;
    for (let written = 0; written < records.length;) {
      const { bytesWritten } = await this.#file.write(records, written, records.length - written);
      written += bytesWritten;
      this.#bytes += bytesWritten;
    }
    return true;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** In the format of an attempt's log, cut into pieces where it is too long for one record. */
export function recordsOf({ time, stream, text, partial }: SourceLine): Buffer[] {
  const records: Buffer[] = [];
  for (let start = 0; start === 0 || start < text.length; start += pieceBytes) {
    const isPiece = partial || start + pieceBytes < text.length;
    records.push(Buffer.from(`${time} ${stream} ${isPiece ? "P" : "F"} `), text.subarray(start, start + pieceBytes));
    records.push(lineEnd);
  }
  return records;
}

/** A word of ours among what was printed. */
export function markOf(text: string): Buffer {
  return Buffer.from(`${new Date().toISOString()} stderr F [flotilla: ${text}]\n`);
}

const lineEnd = Buffer.from("\n");

interface Tail {
  /** Behind the last whole line. */
  readonly end: number;
  readonly times: readonly string[];
  readonly latest: string;
}

function readTail(tail: Buffer): Tail {
  const times: string[] = [];
  let [end, latest] = [0, ""];
  for (let start = 0, at = tail.indexOf(newLine); at !== -1; start = at + 1, at = tail.indexOf(newLine, start)) {
    const head = tail.toString("latin1", start, Math.min(at, start + 48));
    const time = fromSource.exec(head)?.[1] ?? "";
    if (time > latest) latest = time;
    if (!wholeLine.test(head)) continue;
    end = at + 1;
    if (time !== "") times.push(time);
  }
  return { end, times, latest };
}
