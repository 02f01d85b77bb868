import type { Api, ResponseOf } from "../api/operations.ts";
import type { ReadLog } from "./logs-to-read.ts";

export type LogPage = ResponseOf<"readLogs">;

export interface LinesWanted {
  readonly run: string;
  /** Of a log not read yet, only the last lines. */
  readonly tail: number | undefined;
  /** Only of this stream; of both if undefined. */
  readonly stream: "stdout" | "stderr" | undefined;
}

/** The API answers with no more lines than this at once. */
const mostLines = 10_000;

/** What a log holds from where it was read last, page by page, up to where it ends now. */
export async function* logPages(
  api: Pick<Api, "readLogs">,
  log: ReadLog,
  { run, tail, stream }: LinesWanted,
): AsyncGenerator<LogPage> {
  const place = { run, task: log.task, attempt: log.attempt };
  let from = log.fromByte ?? (tail === undefined ? 0 : await tailStart(api, place, tail));
  for (;;) {
    const page = await api.readLogs({ ...place, from, limit: mostLines, ...(stream === undefined ? {} : { stream }) });
    const isOver = page.next === from || page.next >= page.size;
    from = page.next;
    log.fromByte = from;
    yield page;
    if (isOver) return;
  }
}

/** Where the last lines begin, found page by page from the end. */
async function tailStart(
  api: Pick<Api, "readLogs">,
  place: { readonly run: string; readonly task: string; readonly attempt: number },
  lines: number,
): Promise<number> {
  let before: number | undefined;
  for (let left = lines; ;) {
    const asked = { tail: Math.min(left, mostLines), ...(before === undefined ? {} : { before }) };
    const page = await api.readLogs({ ...place, ...asked });
    left -= page.lines.length;
    if (left <= 0 || page.from === 0 || page.lines.length === 0) return page.from;
    before = page.from;
  }
}
