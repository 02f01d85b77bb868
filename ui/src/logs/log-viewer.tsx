import { useVirtualizer } from "@tanstack/react-virtual";
import { ScrollText } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Empty, Failure } from "../components/notice.tsx";
import { useKeys } from "../components/keys.ts";
import { finder } from "./ansi-text.tsx";
import { LogBar } from "./log-bar.tsx";
import { LogLine } from "./log-line.tsx";
import { reachesEnd, reachesStart } from "./log-window.ts";
import { useLog, type LogSource } from "./use-log.ts";
import { useLogSearch } from "./use-log-search.ts";
import { WholeLine } from "./whole-line.tsx";

interface LogViewerProps extends LogSource {
  /** Begin at this byte instead of the end. */
  readonly startAt?: number | undefined;
  readonly find?: string | undefined;
  readonly onStream: (stream: LogSource["stream"]) => void;
}

const lineHeight = 18;

/** A log of any length: a bounded part of it is held, the lines on the screen are drawn. Give it a `key` of what it shows. */
export function LogViewer({ startAt, find = "", onStream, ...source }: LogViewerProps) {
  const log = useLog(source, startAt);
  const search = useLogSearch(source, find, log.toByte);
  const [whole, setWhole] = useState<string>();
  const scroller = useRef<HTMLDivElement>(null);
  const { window: shown, following, setFollowing } = log;
  const lines = shown?.lines ?? [];
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 20,
    paddingStart: 6,
    paddingEnd: 6,
  });

  // What is looked at stays where it is when lines come in or go in front of it; a part that was asked for is at the top.
  const seen = useRef({ opened: 0, shifted: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    const { opened, shifted } = seen.current;
    seen.current = { opened: log.opened, shifted: log.shifted };
    if (!element || following) return;
    if (log.opened !== opened) element.scrollTop = 0;
    else if (log.shifted !== shifted)
      element.scrollTop = Math.max(0, element.scrollTop + (log.shifted - shifted) * lineHeight);
  }, [log.opened, log.shifted, following]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && following) element.scrollTop = element.scrollHeight;
  }, [lines.length, following]);
  const first = virtual.range?.startIndex ?? 0;
  const last = virtual.range?.endIndex ?? 0;
  const { earlier, more } = log;
  useEffect(() => {
    if (!shown) return;
    if (first < 60 && !following && !reachesStart(shown)) earlier();
    else if (last > lines.length - 60) more();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- earlier and more are new each time and look at the same window
  }, [shown, first, last, lines.length, following]);

  const lastG = useRef(Number.NEGATIVE_INFINITY);
  useKeys({
    G: log.toEnd,
    g: (event) => {
      const double = event.timeStamp - lastG.current < 500;
      lastG.current = event.timeStamp;
      if (!double) return false;
      log.toStart();
      return true;
    },
    n: () => search.step(1),
    N: () => search.step(-1),
  });

  const mark = finder(search.text, false);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <LogBar source={source} log={log} search={search} onStream={onStream} />
      {log.error !== undefined && !shown ? (
        <Failure error={log.error} onRetry={log.toEnd} />
      ) : shown && lines.length === 0 && reachesStart(shown) && reachesEnd(shown) ? (
        <Empty icon={ScrollText} title={shown.ended ? "It printed nothing" : "Nothing printed yet"}>
          {shown.ended ? "The task ended without a line." : "Lines show here as they are printed."}
        </Empty>
      ) : (
        <div
          ref={scroller}
          // The log is read with the arrow keys too.
          tabIndex={0}
          role="log"
          aria-label="Log"
          aria-live="off"
          aria-busy={shown === undefined}
          className="min-h-0 flex-1 overflow-auto bg-sunken focus-visible:outline-offset-[-2px]"
          onWheel={(event) => event.deltaY < 0 && following && setFollowing(false)}
          onScroll={({ currentTarget }) => {
            const atEnd = currentTarget.scrollHeight - currentTarget.scrollTop - currentTarget.clientHeight < 4;
            if (!atEnd && following && !virtual.isScrolling) setFollowing(false);
            if (atEnd && !following && shown && reachesEnd(shown)) setFollowing(true);
          }}
        >
          <div className="code relative w-max min-w-full leading-[18px]" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index, start }) => {
              const line = lines[index];
              return (
                line && (
                  <div
                    key={line.id}
                    className="absolute top-0 left-0 min-w-full hover:bg-hover"
                    style={{ transform: `translateY(${start}px)`, height: lineHeight }}
                  >
                    <LogLine line={line} find={mark} onWhole={setWhole} />
                  </div>
                )
              );
            })}
          </div>
        </div>
      )}
      {whole !== undefined && <WholeLine text={whole} onClose={() => setWhole(undefined)} />}
    </div>
  );
}
