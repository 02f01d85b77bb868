import { useEffect, useLayoutEffect, useRef } from "react";
import type { TimelineProps } from "../props.ts";
import { isWhole, panTime, zoomTime, type TimeRange } from "./time-view.ts";

const pauseMs = 150;

/** The stretch of time in view. It moves at once; the page is told when it rests, and may set it too. */
export function useTimeView({ from, to, range, onRange }: TimelineProps, moved: () => void) {
  const whole = { from, to: Math.max(to, from + 1) };
  /** Absent as long as the whole run is shown, also while that grows. */
  const view = useRef<TimeRange | undefined>(range);
  const told = useRef<TimeRange | undefined>(range);
  const timer = useRef(0);
  const latest = useRef(onRange);
  useLayoutEffect(() => {
    latest.current = onRange;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    // The page gives back what it was told, rounded perhaps, and late: by then one may have moved on.
    if (isSame(range, told.current)) return;
    view.current = told.current = range;
    moved();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only another range from outside sets the view
  }, [range?.from, range?.to]);

  const set = (next: TimeRange | undefined) => {
    view.current = next === undefined || isWhole(next, whole) ? undefined : next;
    moved();
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      told.current = view.current;
      latest.current?.(view.current);
    }, pauseMs);
  };
  const current = () => view.current ?? whole;
  return {
    current,
    fit: () => set(undefined),
    zoom: (share: number, factor: number) => set(zoomTime(current(), share, factor, whole)),
    /** By a share of what is in view. */
    pan: (share: number) => set(panTime(current(), share * (current().to - current().from), whole)),
    reveal: ({ from: start, to: end }: TimeRange) => {
      const now = current();
      if (start >= now.from && end <= now.to) return;
      set(panTime(now, (start + end) / 2 - (now.from + now.to) / 2, whole));
    },
  };
}

function isSame(a: TimeRange | undefined, b: TimeRange | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Math.abs(a.from - b.from) <= 1 && Math.abs(a.to - b.to) <= 1;
}
