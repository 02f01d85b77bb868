import type { KeyboardEvent } from "react";
import type { PlacedLane, PlacedSpan } from "./lane-layout.ts";

export interface TimelineKeyActions {
  readonly lanes: readonly PlacedLane[];
  /** A task's ref. */
  readonly cursor: string | undefined;
  readonly move: (to: PlacedSpan, lane: PlacedLane) => void;
  readonly open: (ref: string) => void;
  /** By a share of what is in view. */
  readonly pan: (share: number) => void;
  readonly scroll: (pixels: number) => void;
  readonly zoom: (factor: number | "fit") => void;
  /** Absent when there is nothing to let go: Esc is then the page's. */
  readonly leave: (() => void) | undefined;
}

/** Left and right go through a lane's tasks, up and down through the lanes; where lanes are drawn as a whole they move the view. */
export function handleTimelineKey(event: KeyboardEvent, actions: TimelineKeyActions): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { cursor, pan, scroll, zoom } = actions;
  const lanes = actions.lanes.filter(({ spans }) => spans.length > 0);
  const lane = lanes.findIndex(({ spans }) => spans.some(({ span }) => span.ref === cursor));
  const spans = lanes[lane]?.spans ?? [];
  const place = spans.findIndex(({ span }) => span.ref === cursor);
  const go = (to: PlacedSpan | undefined, of: PlacedLane | undefined) => {
    if (to !== undefined && of !== undefined) actions.move(to, of);
  };
  const first = () => go(lanes[0]!.spans[0], lanes[0]);
  const along = (by: number) => (place < 0 ? first() : go(spans[place + by], lanes[lane]));
  const across = (by: number) => (place < 0 ? first() : go(lanes[lane + by]?.spans[0], lanes[lane + by]));
  const single = lanes.length > 0;
  const act = {
    ArrowRight: () => (single ? along(1) : pan(0.15)),
    ArrowLeft: () => (single ? along(-1) : pan(-0.15)),
    ArrowDown: () => (single ? across(1) : scroll(60)),
    ArrowUp: () => (single ? across(-1) : scroll(-60)),
    PageDown: () => scroll(240),
    PageUp: () => scroll(-240),
    Enter: () => cursor !== undefined && actions.open(cursor),
    "+": () => zoom(1.4),
    "=": () => zoom(1.4),
    "-": () => zoom(1 / 1.4),
    "0": () => zoom("fit"),
    Escape: actions.leave,
  }[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
}
