import type { z } from "zod";
import type { getFleetTile } from "../../../src/api/schemas/fleet.ts";
import type { previewRun, RunDetail } from "../../../src/api/schemas/run.ts";
import type { getTimeline } from "../../../src/api/schemas/timeline.ts";

/*
 * What the page gives to the three drawings (`graph/step-graph.tsx`, `fleet/fleet-map.tsx`, `timeline/timeline.tsx`). Each fills its parent, which must have a height; each reads its colours from
 * the variables on :root and follows the theme. Callbacks may be new functions at each render, nothing is drawn for that.
 */

export type FleetTile = z.output<(typeof getFleetTile)["response"]>;
export type Timeline = z.output<(typeof getTimeline)["response"]>;

type RunStep = RunDetail["steps"][number];
type PreviewStep = z.output<(typeof previewRun)["response"]>["steps"][number];

/** A step of a run, or of a preview, which has no states yet. */
export type GraphStep = PreviewStep & Partial<Pick<RunStep, "counts" | "medianMs">>;
export type GraphEdge = RunDetail["edges"][number];

export interface StepGraphProps {
  readonly steps: readonly GraphStep[];
  readonly edges: readonly GraphEdge[];
  readonly leftOut: RunDetail["leftOut"];
  readonly selected?: string | undefined;
  /** A step was picked; undefined: the background was, or Esc. */
  readonly onSelect?: ((step: string | undefined) => void) | undefined;
  /** Enter on a step that is selected already, or a double click. */
  readonly onOpen?: ((step: string) => void) | undefined;
}

/** Part of the heat-map in cells, and into how many values it is to be gathered. */
export interface FleetWindow {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly across: number;
  readonly down: number;
}

export interface FleetCell {
  readonly row: number;
  readonly column: number;
  /** One text per dimension of the axis. */
  readonly rowLabels: readonly string[];
  readonly columnLabels: readonly string[];
}

/** Cells `from` to `to`, without `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface FleetBrush {
  /** Absent where the whole axis is meant. */
  readonly rows?: Stretch | undefined;
  readonly columns?: Stretch | undefined;
  /**
   * The same as conditions (`origin=JFK`, `month=7,8`), where values of the dimensions say it exactly; else undefined: then the
   * map only zooms there.
   */
  readonly where: readonly string[] | undefined;
}

export type FleetColour =
  | { readonly by: "state" }
  | { readonly by: "number"; readonly title: string; readonly unit?: string | undefined };

export interface FleetMapProps {
  /** What is looked at: step and dimensions of the axes. When it changes all is read anew and the view fits again. */
  readonly picture: string;
  /** What `picture` would be with down and across in each other's place. */
  readonly turnedPicture?: string;
  /** What the cells show: `by`, filter and the run's version. When it changes the visible part is read again; old pixels stay. */
  readonly values: string;
  readonly height: number;
  readonly width: number;
  readonly rowDimensions: readonly string[];
  readonly columnDimensions: readonly string[];
  readonly colour: FleetColour;
  /** Labels of a stretch of one axis, at most 500 at once: one text per dimension. */
  readonly loadLabels: (
    axis: "rows" | "columns",
    from: number,
    limit: number,
    signal: AbortSignal,
  ) => Promise<readonly (readonly string[])[]>;
  /** The first 500 of each axis where they are known already: one request less before there is something to see. */
  readonly firstLabels?: Readonly<Record<"rows" | "columns", readonly (readonly string[])[]>> | undefined;
  readonly loadTile: (window: FleetWindow, signal: AbortSignal) => Promise<FleetTile>;
  readonly selected?: { readonly row: number; readonly column: number } | undefined;
  /** A cell was clicked, or Enter pressed on it. The page makes the task's ref from the labels. */
  readonly onOpen?: ((cell: FleetCell) => void) | undefined;
  /** An outlier was picked in the legend. */
  readonly onOpenTask?: ((ref: string) => void) | undefined;
  /** Rows or columns were brushed (drag in a header, or with Shift in the map; click on a group's header). */
  readonly onBrush?: ((brush: FleetBrush) => void) | undefined;
  /** A loader failed; the old pixels stay. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

export interface TimelineProps {
  /** The part that was last loaded; may be of an earlier range while a new one is on its way. */
  readonly timeline: Timeline;
  /** The whole run. */
  readonly from: number;
  readonly to: number;
  /** Elapsed time is counted from here: the start of the run. */
  readonly startedAt: number;
  /** What is shown. The component zooms by itself at once and asks for the data (`onRange`), late and coalesced. */
  readonly range?: { readonly from: number; readonly to: number } | undefined;
  /** undefined: the whole run. */
  readonly onRange?: ((range: { from: number; to: number } | undefined) => void) | undefined;
  readonly selected?: string | undefined;
  /** A task's ref. */
  readonly onOpen?: ((ref: string) => void) | undefined;
  /** A lane's title was clicked, and the lane is a step. */
  readonly onSelectStep?: ((step: string) => void) | undefined;
  /** IANA name; the viewer's zone if absent. */
  readonly timeZone?: string | undefined;
}
