import { ArrowDownToLine, ArrowUpToLine, ChevronDown, ChevronUp, Download } from "lucide-react";
import { addressOf } from "../api/client.ts";
import { Button, IconButton } from "../components/button.tsx";
import { FilterBox } from "../components/filter-box.tsx";
import { formatBytes, formatShare } from "../format/number.ts";
import { present } from "../run/run-search.ts";
import { endOf, startOf } from "./log-window.ts";
import type { LogSearch } from "./use-log-search.ts";
import type { Log, LogSource } from "./use-log.ts";
import { Select } from "../components/select.tsx";

interface LogBarProps {
  readonly source: LogSource;
  readonly log: Log;
  readonly search: LogSearch;
  readonly onStream: (stream: LogSource["stream"]) => void;
}

/** Search, streams, where in the log one is, and ways to its start and end. */
export function LogBar({ source, log, search, onStream }: LogBarProps) {
  return (
    <div className="flex flex-wrap items-center gap-1.5 border-b border-line px-3 py-1.5">
      <FilterBox label="Find in this log" value={search.text} onChange={search.setText} className="w-48" />
      {search.text !== "" && (
        <span role="status" className="num flex items-center text-xs text-faint">
          {search.busy ? "searching…" : hitsText(search)}
          <IconButton label="Previous hit (N)" icon={ChevronUp} onClick={() => search.step(-1)} />
          <IconButton label="Next hit (n)" icon={ChevronDown} onClick={() => search.step(1)} />
        </span>
      )}
      <Select
        className="ml-auto"
        aria-label="Stream"
        value={source.stream ?? "both"}
        onChange={({ target: { value } }) => onStream(value === "stdout" || value === "stderr" ? value : undefined)}
      >
        <option value="both">both streams</option>
        <option value="stdout">stdout</option>
        <option value="stderr">stderr</option>
      </Select>
      <Where log={log} />
      <IconButton label="Start (g g)" icon={ArrowUpToLine} onClick={log.toStart} />
      <Button
        kind="quiet"
        icon={ArrowDownToLine}
        aria-pressed={log.following}
        onClick={log.toEnd}
        data-tip={log.window?.ended ? "To the end (G)" : "To the end, and on as it grows (G)"}
      >
        {log.window?.ended ? "End" : "Follow"}
      </Button>
      <a
        className="button"
        data-kind="quiet"
        data-size="icon"
        href={addressOf(
          "downloadLog",
          present({ run: source.run, task: source.task, attempt: source.attempt }) as never,
        )}
        download
        aria-label="Download the log"
        data-tip="Download the log"
      >
        <Download size={14} aria-hidden />
      </a>
    </div>
  );
}

function hitsText({ hits, more, at }: LogSearch): string {
  if (hits === 0) return "no hit";
  const all = `${hits}${more ? "+" : ""}`;
  return at < 0 ? `${all} hits` : `${at + 1} of ${all}`;
}

/** A log of a gigabyte has no useful scroll bar: how far one is, is said. */
function Where({ log: { window: shown } }: { readonly log: Log }) {
  if (!shown || shown.size === 0) return <span className="w-24" />;
  const whole = startOf(shown) === 0 && endOf(shown) >= shown.size;
  return (
    <span
      className="num min-w-24 text-right text-xs whitespace-nowrap text-faint"
      data-tip={`Held here: ${formatBytes(startOf(shown))} to ${formatBytes(endOf(shown))} of ${formatBytes(shown.size)}`}
    >
      {whole ? formatBytes(shown.size) : `${formatShare(endOf(shown), shown.size)} of ${formatBytes(shown.size)}`}
    </span>
  );
}
