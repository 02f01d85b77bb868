/** Up to where a log has been read. */
export interface LogPosition {
  /** Of the line that was read last, as the log has it. */
  readonly time: string;
  /** So many whole lines of exactly this time. */
  readonly lines: number;
  /** So many characters of the line after them. */
  readonly chars: number;
}

/** One line that a container printed, or a part of a long one. */
export interface PodLogLine {
  /** By the node, to the nanosecond. */
  readonly time: string;
  readonly text: string;
  /** The line goes on in the next one. */
  readonly partial: boolean;
  /** Where to go on after it. */
  readonly position: LogPosition;
}

const longestPart = 64 * 1024;

/**
 * Cuts what an API server sends with `timestamps=true` into lines, and leaves out what was read before: it can be asked
 * for a log from a second on, and not from a line on.
 */
export class PodLogLines {
  readonly #since: LogPosition | undefined;
  /** Of this answer. It holds all lines of a time that it holds any of, so these are places in the log as well. */
  #at: LogPosition = { time: "", lines: 0, chars: 0 };
  #rest = "";
  #isWithinLine = false;

  constructor(since: LogPosition | undefined) {
    this.#since = since;
  }

  take(chunk: string): PodLogLine[] {
    const pieces = (this.#rest + chunk).split("\n");
    const rest = pieces.pop()!;
    const lines = pieces.flatMap((piece) => this.#cut(piece, { isEnd: true }));
    this.#rest = rest.length > longestPart ? "" : rest;
    return rest.length > longestPart ? [...lines, ...this.#cut(rest, { isEnd: false })] : lines;
  }

  /** The log is over: what came last may have no end of line. */
  end(): PodLogLine[] {
    return this.#rest === "" && !this.#isWithinLine ? [] : this.take("\n");
  }

  #cut(piece: string, { isEnd }: { readonly isEnd: boolean }): PodLogLine[] {
    const text = this.#isWithinLine ? piece : this.#begin(piece);
    this.#isWithinLine = !isEnd;
    const parts = Math.max(1, Math.ceil(text.length / longestPart));
    return Array.from({ length: parts }, (_, index) => {
      const part = text.slice(index * longestPart, (index + 1) * longestPart);
      return this.#part(part, isEnd && index === parts - 1);
    }).flat();
  }

  /** Takes the time from the front of a line; what is left is its text. */
  #begin(line: string): string {
    const space = line.indexOf(" ");
    const time = space === -1 ? line : line.slice(0, space);
    if (time !== this.#at.time) this.#at = { time, lines: 0, chars: 0 };
    return space === -1 ? "" : line.slice(space + 1);
  }

  #part(part: string, isLast: boolean): PodLogLine[] {
    const { time, lines, chars } = this.#at;
    const position = isLast ? { time, lines: lines + 1, chars: 0 } : { time, lines, chars: chars + part.length };
    const text = part.slice(this.#readBefore(part.length));
    this.#at = position;
    const isOld = this.#since !== undefined && compare(position, this.#since) <= 0;
    return isOld ? [] : [{ time, text, partial: !isLast, position }];
  }

  /** So many characters of the next part were read before. */
  #readBefore(length: number): number {
    const since = this.#since;
    if (since === undefined || compare({ ...this.#at, chars: 0 }, { ...since, chars: 0 }) !== 0) return 0;
    return Math.min(length, Math.max(0, since.chars - this.#at.chars));
  }
}

function compare(a: LogPosition, b: LogPosition): number {
  return compareTimes(a.time, b.time) || a.lines - b.lines || a.chars - b.chars;
}

/** Times have as many digits as they need: `…36.1Z` is before `…36.12Z`, though not as text. */
function compareTimes(a: string, b: string): number {
  const wholeSeconds = (time: string): number => Math.floor(Date.parse(time) / 1000);
  return a === b ? 0 : wholeSeconds(a) - wholeSeconds(b) || nanosOf(a) - nanosOf(b);
}

function nanosOf(time: string): number {
  return Number((/\.(\d+)/.exec(time)?.[1] ?? "").padEnd(9, "0").slice(0, 9));
}
