import type { Timeline } from "../props.ts";
import type { Palette } from "../shared/palette.ts";
import type { PlacedLane } from "./lane-layout.ts";
import type { TimeRange } from "./time-view.ts";

export interface TimelineScene {
  readonly palette: Palette;
  readonly timeline: Timeline;
  readonly lanes: readonly PlacedLane[];
  readonly range: TimeRange;
  readonly startedAt: number;
  readonly timeZone: string | undefined;
  /** Lanes are scrolled by this. */
  readonly scroll: number;
  readonly selected: string | undefined;
  readonly critical: ReadonlySet<string>;
}

export const gutter = 176;
export const axisHeight = 38;
const criticalHeight = 26;
const rightMargin = 12;

/** Where the lanes begin: below the axis and the critical path. */
export const lanesTop = ({ timeline }: Pick<TimelineScene, "timeline">) =>
  axisHeight + (timeline.criticalPath.length > 0 ? criticalHeight : 0);

export const plotWidth = (width: number) => Math.max(1, width - gutter - rightMargin);

export function xOf({ range }: Pick<TimelineScene, "range">, at: number, width: number): number {
  return gutter + ((at - range.from) / (range.to - range.from)) * plotWidth(width);
}

export function timeAt({ range }: Pick<TimelineScene, "range">, x: number, width: number): number {
  return range.from + ((x - gutter) / plotWidth(width)) * (range.to - range.from);
}
