import type { ResponseOf } from "../../api/operations.ts";
import type { LogLine } from "../../platforms/platform.ts";
import { attemptAt } from "../tasks/find-attempt.ts";
import type { LogRange } from "../../platforms/platform.ts";
import type { Service } from "./service.ts";

/** A page holds no more text than this, and at least one line. */
const mostBytes = 2 * 1024 * 1024;

type LogPage = ResponseOf<"readLogs">;

/**
 * A page of a log: onwards from a byte, the last lines, or those before a byte. Reads no more than the page, however large
 * the log is.
 */
export const readLogs: Service<"readLogs"> = async (context, request) => {
  const { logs } = context;
  const { id, number, hasEnded } = await attemptAt(context, request);
  const { from = 0, tail, before, stream, limit } = request;
  if (id === undefined) return { attempt: 0, lines: [], from: 0, next: 0, size: 0, ended: false };
  const page = new Page(stream, before ?? (tail === undefined ? from : undefined));
  const isBackwards = before !== undefined || tail !== undefined;
  const range: LogRange = isBackwards
    ? { tailLines: tail ?? limit, mostBytes, ...(before === undefined ? {} : { beforeByte: before }) }
    : { fromByte: from };
  let isWhole = true;
  for await (const line of logs.read(id, range)) {
    page.add(line);
    isWhole = isBackwards || (page.lines.length < limit && page.bytes < mostBytes);
    if (!isWhole) break;
  }
  const size = await logs.size(id);
  return {
    attempt: number,
    id,
    lines: page.lines,
    from: page.from ?? size,
    next: page.next ?? size,
    size,
    ended: hasEnded && isWhole && before === undefined,
  };
};

/** Lines of one stream or both, and the bytes between which they stand. */
class Page {
  readonly lines: LogPage["lines"] = [];
  from: number | undefined;
  next: number | undefined;
  readonly #stream: LogLine["stream"] | undefined;
  #isFirst = true;

  /** `at` is where the page is when it holds nothing; the end of the log if undefined. */
  constructor(stream: LogLine["stream"] | undefined, at: number | undefined) {
    this.#stream = stream;
    this.from = at;
    this.next = at;
  }

  /** Bytes gone through. */
  get bytes(): number {
    return (this.next ?? 0) - (this.from ?? 0);
  }

  add({ at, stream, text, partial, fromByte = 0, nextByte = 0 }: LogLine): void {
    if (this.#isFirst) this.from = fromByte;
    this.#isFirst = false;
    this.next = nextByte;
    if (this.#stream === undefined || this.#stream === stream) this.lines.push({ at, stream, text, partial });
  }
}
