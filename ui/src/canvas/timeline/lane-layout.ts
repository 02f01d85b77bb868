import type { Timeline } from "../props.ts";
import { packSpans } from "./pack-spans.ts";

type Lane = Timeline["lanes"][number];
export type Span = NonNullable<Lane["spans"]>[number];
export type Bins = NonNullable<Lane["bins"]>;

export interface PlacedSpan {
  readonly span: Span;
  readonly row: number;
  readonly start: number;
  readonly end: number;
}

export interface PlacedLane {
  readonly title: string;
  readonly step: string | undefined;
  readonly top: number;
  readonly height: number;
  readonly spans: readonly PlacedSpan[];
  readonly bins: Bins | undefined;
  /** The most tasks at work, and waiting, in one bin. */
  readonly peak: { readonly busy: number; readonly waiting: number };
}

export const rowHeight = 15;
const lanePad = 6;
const binsHeights = { least: 60, most: 128 };
const leastHeight = 26;
const mostRows = 60;

/** Lanes one below the other, spans packed into as few rows as they need. Lanes of bins share the room there is. */
export function layOutLanes(lanes: readonly Lane[], room = 0): PlacedLane[] {
  const binsHeight = Math.max(binsHeights.least, Math.min(binsHeights.most, Math.floor(room / lanes.length)));
  let top = 0;
  return lanes.map((lane) => {
    const spans = placeSpans(lane.spans ?? []);
    const rows = spans.reduce((most, { row }) => Math.max(most, row + 1), 1);
    const height = lane.bins === undefined ? Math.max(leastHeight, rows * rowHeight + 2 * lanePad) : binsHeight;
    const placed: PlacedLane = {
      title: lane.title,
      step: lane.step,
      top,
      height,
      spans,
      bins: lane.bins,
      peak: peakOf(lane.bins),
    };
    top += height;
    return placed;
  });
}

function placeSpans(spans: readonly Span[]): PlacedSpan[] {
  const ordered = spans
    .map((span) => ({ span, start: span.at[0] ?? 0, end: span.at.at(-1) ?? 0 }))
    .toSorted((a, b) => a.start - b.start || a.end - b.end);
  const rows = packSpans(ordered, mostRows);
  return ordered.map((each, index) => ({ ...each, row: rows[index]! }));
}

function peakOf(bins: Bins | undefined): PlacedLane["peak"] {
  let [busy, waiting] = [0, 0];
  bins?.working.forEach((working, index) => {
    busy = Math.max(busy, working + bins.starting[index]! + bins.saving[index]!);
    waiting = Math.max(waiting, bins.waiting[index]!);
  });
  return { busy, waiting };
}

export const lanesHeight = (lanes: readonly PlacedLane[]) => {
  const last = lanes.at(-1);
  return last === undefined ? 0 : last.top + last.height;
};

/** The middle of a span's row within its lane. */
export const rowMiddle = (row: number) => lanePad + (row + 0.5) * rowHeight;

export interface TimelineHit {
  readonly lane: PlacedLane;
  readonly span?: PlacedSpan;
  readonly bin?: number;
}

/** What lies at a moment and a height (of all lanes, unscrolled). `slack` in milliseconds catches the tiniest spans. */
export function hitLanes(
  lanes: readonly PlacedLane[],
  at: number,
  y: number,
  slack: number,
  data: { readonly from: number; readonly to: number },
): TimelineHit | undefined {
  const lane = lanes.find(({ top, height }) => y >= top && y < top + height);
  if (lane === undefined) return undefined;
  if (lane.bins !== undefined) {
    const bins = lane.bins.working.length;
    const bin = Math.floor(((at - data.from) / (data.to - data.from)) * bins);
    return bin >= 0 && bin < bins ? { lane, bin } : { lane };
  }
  const row = Math.floor((y - lane.top - lanePad) / rowHeight);
  const span = lane.spans.find((each) => each.row === row && at >= each.start - slack && at <= each.end + slack);
  return span === undefined ? { lane } : { lane, span };
}
