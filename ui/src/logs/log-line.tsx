import { memo } from "react";
import { formatClock, formatExact } from "../format/duration.ts";
import { formatBytes } from "../format/number.ts";
import { AnsiText } from "./ansi-text.tsx";
import type { WindowLine } from "./log-window.ts";

/** Longer lines are cut where they stand in a list; a button shows the whole. */
const mostShown = 1_000;

interface LogLineProps {
  readonly line: WindowLine;
  readonly find?: RegExp | undefined;
  /** Shows the whole of a line that is cut here. */
  readonly onWhole?: (text: string) => void;
}

/** One line: when, which stream, what. */
export const LogLine = memo(function LogLine({ line, find, onWhole }: LogLineProps) {
  const cut = line.text.length > mostShown;
  return (
    <span className="flex pr-4 pl-2 whitespace-pre">
      <time className="num w-18 shrink-0 text-faint select-none" data-tip={formatExact(line.at)}>
        {formatClock(line.at)}
      </time>
      <span
        className={`mr-2 w-0.5 shrink-0 ${line.stream === "stderr" ? "bg-backoff" : ""}`}
        data-tip={line.stream === "stderr" ? "standard error" : undefined}
      >
        {line.stream === "stderr" && <span className="sr-only">standard error: </span>}
      </span>
      {cut && onWhole && (
        <button
          type="button"
          className="mr-2 h-4 shrink-0 self-center rounded bg-accent-soft px-1.5 text-xs leading-4 text-accent"
          onClick={() => onWhole(line.text)}
        >
          {formatBytes(line.text.length)}: the whole line
        </button>
      )}
      <AnsiText text={cut ? line.text.slice(0, mostShown) : line.text} find={find} />
      {cut && "…"}
    </span>
  );
});
