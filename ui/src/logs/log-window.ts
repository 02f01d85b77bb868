import type { ResponseOf } from "../../../src/api/operations.ts";
import type { LogGrowth } from "../api/live/followed-logs.ts";

export type LogPage = ResponseOf<"readLogs">;
export type LogRecord = LogPage["lines"][number];

/** One line as it is shown; `record` counts from the beginning of its page. */
export interface WindowLine {
  readonly id: string;
  readonly at: number;
  readonly stream: LogRecord["stream"];
  readonly text: string;
}

/**
 * A part of a log, of any size: some pages that lie side by side, from byte `from` to `to` of `size`. It grows at either
 * end and is cut at the other, so that what is held is bounded however long the log.
 */
export interface LogWindow {
  readonly attempt: number;
  readonly pages: readonly LogPage[];
  readonly lines: readonly WindowLine[];
  readonly size: number;
  readonly ended: boolean;
}

export const mostPages = 24;

export function windowOf(page: LogPage): LogWindow {
  return build([page], page);
}

/** With what comes after. A page that does not begin where the window ends belongs to an earlier question. */
export function append(window: LogWindow, page: LogPage): LogWindow {
  if (page.attempt !== window.attempt || page.from !== endOf(window)) return window;
  if (page.lines.length === 0 && page.next === page.from)
    return { ...window, size: Math.max(window.size, page.size), ended: page.ended };
  return build([...window.pages, page].slice(-mostPages), page);
}

/** With what comes before. */
export function prepend(window: LogWindow, page: LogPage): LogWindow {
  if (page.attempt !== window.attempt || page.next !== startOf(window) || page.lines.length === 0) return window;
  return build([page, ...window.pages].slice(0, mostPages), window);
}

export function startOf({ pages }: LogWindow): number {
  return pages[0]?.from ?? 0;
}

export function endOf({ pages }: LogWindow): number {
  return pages.at(-1)?.next ?? 0;
}

export function reachesStart(window: LogWindow): boolean {
  return startOf(window) === 0;
}

export function reachesEnd(window: LogWindow): boolean {
  return endOf(window) >= window.size;
}

/** Whether there is something to read after the window, by what is told of the log. */
export function hasMore(window: LogWindow, { attempt, size, ended }: LogGrowth): boolean {
  return attempt === window.attempt && !window.ended && (size > endOf(window) || ended);
}

function build(
  pages: readonly LogPage[],
  { attempt, size, ended }: Pick<LogPage, "attempt" | "size" | "ended">,
): LogWindow {
  return { attempt, pages, lines: linesOf(pages), size, ended };
}

/** Records of one stream that go on in each other are one line, also across pages. */
function linesOf(pages: readonly LogPage[]): readonly WindowLine[] {
  const lines: WindowLine[] = [];
  const open = new Map<LogRecord["stream"], number>();
  for (const { from, lines: records } of pages) {
    for (const [index, { at, stream, text, partial }] of records.entries()) {
      const place = open.get(stream);
      const begun = place === undefined ? undefined : lines[place];
      if (begun && place !== undefined) lines[place] = { ...begun, text: begun.text + text };
      else lines.push({ id: `${from} ${index}`, at, stream, text });
      if (!partial) open.delete(stream);
      else if (!begun) open.set(stream, lines.length - 1);
    }
  }
  return lines;
}
