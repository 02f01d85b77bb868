import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { TimelineProps } from "../props.ts";
import "../shared/canvas.css";
import type { Point } from "../shared/gestures.ts";
import { Tooltip } from "../shared/tooltip.tsx";
import { useDrawing, type Draw } from "../shared/use-drawing.ts";
import { useGestures } from "../shared/use-gestures.ts";
import { usePalette } from "../shared/use-palette.ts";
import { ZoomTools } from "../shared/zoom-tools.tsx";
import { drawTimeline } from "./draw-timeline.ts";
import { hitLanes, lanesHeight, layOutLanes, type PlacedLane, type TimelineHit } from "./lane-layout.ts";
import { SpentBar } from "./spent-bar.tsx";
import { gutter, lanesTop, plotWidth, timeAt } from "./timeline-scene.ts";
import { handleTimelineKey } from "./timeline-keys.ts";
import { TimelineTable } from "./timeline-table.tsx";
import { TimelineTip } from "./timeline-tip.tsx";
import { useTimeView } from "./use-time-view.ts";

/** Tasks over time, each on its own while they are few, else how many were in each phase. */
export function Timeline(props: TimelineProps) {
  const { timeline, startedAt, timeZone, selected, onOpen, onSelectStep } = props;
  const palette = usePalette();
  const repaint = useRef<() => void>(() => undefined);
  const view = useTimeView(props, () => repaint.current());
  const lanesIn = useMemo(() => makeLanes(timeline), [timeline]);
  const critical = useMemo(() => new Set(timeline.criticalPath.map(({ ref }) => ref)), [timeline.criticalPath]);
  const scroll = useRef(0);
  const [hover, setHover] = useState<{ at: Point; time: number; hit: TimelineHit }>();
  const [cursor, setCursor] = useState<string>();

  const draw = useCallback<Draw>(
    (context, extent) =>
      drawTimeline(
        context,
        {
          palette,
          timeline,
          lanes: lanesIn(extent.height),
          range: view.current(),
          startedAt,
          timeZone,
          scroll: scroll.current,
          selected: cursor ?? selected,
          critical,
        },
        extent,
      ),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the view is read when it is drawn
    [palette, timeline, lanesIn, critical, startedAt, timeZone, selected, cursor, props.from, props.to],
  );
  const { canvas, redraw, size } = useDrawing(draw);
  useEffect(() => {
    repaint.current = () => {
      setHover(undefined);
      redraw();
    };
  });

  const lanes = lanesIn(size().height);

  const scrollBy = (by: number) => {
    const room = size().height - lanesTop({ timeline });
    scroll.current = Math.max(0, Math.min(lanesHeight(lanesIn(size().height)) - room, scroll.current + by));
    repaint.current();
  };
  const shareOf = (x: number) => Math.max(0, Math.min(1, (x - gutter) / plotWidth(size().width)));
  const hitAt = ({ x, y }: Point) => {
    const range = view.current();
    const time = timeAt({ range }, x, size().width);
    const slack = (3 / plotWidth(size().width)) * (range.to - range.from);
    const top = lanesTop({ timeline });
    const hit = y < top ? undefined : hitLanes(lanesIn(size().height), time, y - top + scroll.current, slack, timeline);
    return { time, hit };
  };
  const gestures = useGestures({
    zoom: ({ x }, factor) => (x < gutter ? scrollBy(factor > 1 ? -60 : 60) : view.zoom(shareOf(x), factor)),
    scroll: ({ x }) => view.pan(x / plotWidth(size().width)),
    drag: ({ by }) => {
      if (by.y !== 0) scrollBy(-by.y);
      if (by.x !== 0) view.pan(-by.x / plotWidth(size().width));
    },
    hover: (at) => {
      const found = at === undefined || at.x < gutter ? undefined : hitAt(at);
      const hit = found?.hit;
      const telling = hit?.span !== undefined || hit?.bin !== undefined;
      if (at === undefined || found === undefined || !telling) setHover(undefined);
      else if (hit.span !== hover?.hit.span || hit.bin !== hover?.hit.bin || hit.lane !== hover?.hit.lane) {
        setHover({ at, time: found.time, hit });
      }
    },
    click: (at) => {
      const { hit } = hitAt(at);
      setCursor(undefined);
      if (at.x < gutter && hit?.lane.step !== undefined) onSelectStep?.(hit.lane.step);
      else if (hit?.span !== undefined) onOpen?.(hit.span.span.ref);
    },
  });

  return (
    <div className="canvas-stack">
      <div className="fleet-legend">
        <SpentBar spent={timeline.spent} />
        <span className="fleet-legend-rest">
          <ZoomTools zoom={(factor) => view.zoom(0.5, factor)} fit={view.fit} />
        </span>
      </div>
      <div
        ref={gestures}
        className="canvas-frame"
        role="application"
        aria-label="Timeline: arrows go from task to task, Enter opens, plus and minus zoom"
        tabIndex={0}
        style={{ cursor: hover?.hit.span === undefined ? "default" : "pointer" }}
        onBlur={() => setCursor(undefined)}
        onKeyDown={(event) =>
          handleTimelineKey(event, {
            lanes: lanesIn(size().height),
            cursor: cursor ?? selected,
            move: ({ span, start, end }, lane) => {
              setCursor(span.ref);
              view.reveal({ from: start, to: end });
              const top = lane.top - scroll.current;
              const room = size().height - lanesTop({ timeline });
              if (top < 0 || top + lane.height > room) scrollBy(top);
            },
            open: (ref) => onOpen?.(ref),
            pan: view.pan,
            scroll: scrollBy,
            zoom: (factor) => (factor === "fit" ? view.fit() : view.zoom(0.5, factor)),
            leave: cursor === undefined ? undefined : () => setCursor(undefined),
          })
        }
      >
        <canvas ref={canvas} aria-hidden />
        <div className="canvas-hidden" aria-live="polite">
          {cursor}
        </div>
        <TimelineTable lanes={lanes} startedAt={startedAt} />
        {hover !== undefined && (
          <Tooltip at={hover.at}>
            <TimelineTip hit={hover.hit} at={hover.time} startedAt={startedAt} timeZone={timeZone} />
          </Tooltip>
        )}
      </div>
    </div>
  );
}

/** Lanes as they fit into a frame of some height; the last ones are kept. */
function makeLanes(timeline: TimelineProps["timeline"]): (height: number) => readonly PlacedLane[] {
  let known: { height: number; lanes: readonly PlacedLane[] } | undefined;
  return (height) => {
    if (known?.height !== height) {
      known = { height, lanes: layOutLanes(timeline.lanes, height - lanesTop({ timeline })) };
    }
    return known.lanes;
  };
}
