import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { StepGraphProps } from "../props.ts";
import "../shared/canvas.css";
import type { Point } from "../shared/gestures.ts";
import { Tooltip } from "../shared/tooltip.tsx";
import { useDrawing, type Draw } from "../shared/use-drawing.ts";
import { useGestures } from "../shared/use-gestures.ts";
import { usePalette } from "../shared/use-palette.ts";
import { ZoomTools } from "../shared/zoom-tools.tsx";
import { drawGraph } from "./draw-graph.ts";
import { edgeShape } from "./edge-shapes.ts";
import { makeGraphModel, structureOf } from "./graph-model.ts";
import { EdgeTip, StepTip } from "./graph-tip.tsx";
import { hitBox, hitLine } from "./hit-graph.ts";
import { JoinLegend } from "./join-legend.tsx";
import { StepList } from "./step-list.tsx";
import { fitView, panView, revealBox, toWorld, zoomView, type Viewport } from "./viewport.ts";

interface Hover {
  readonly at: Point;
  readonly step?: number;
  readonly edge?: number;
}

/** The steps of a run and how they hang together. Laid out from structure alone: states change nothing but colours. */
export function StepGraph(props: StepGraphProps) {
  const { steps, selected, onSelect, onOpen } = props;
  const palette = usePalette();
  const structure = structureOf(props);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the structure says all that the model is made from
  const model = useMemo(() => makeGraphModel(props), [structure]);
  const shapes = useMemo(() => model.edges.map((edge, index) => edgeShape(edge, model.layout.routes[index]!)), [model]);
  const [hover, setHover] = useState<Hover>();
  const [focused, setFocused] = useState<number>();
  /** Absent as long as the graph is fitted to its frame, whatever the size of that. */
  const moved = useRef<Viewport>(undefined);
  const list = useRef<HTMLDivElement>(null);
  const selectedIndex = steps.findIndex(({ name }) => name === selected);

  const draw = useCallback<Draw>(
    (context, extent) =>
      drawGraph(context, extent, {
        steps,
        model,
        shapes,
        palette,
        view: moved.current ?? fitView(model, extent),
        selected: selectedIndex < 0 ? undefined : selectedIndex,
        hoveredStep: hover?.step,
        hoveredEdge: hover?.edge,
        focused,
      }),
    [steps, model, shapes, palette, selectedIndex, hover?.step, hover?.edge, focused],
  );
  const { canvas, redraw, size } = useDrawing(draw);
  useLayoutEffect(() => {
    moved.current = undefined;
  }, [model]);

  const view = () => moved.current ?? fitView(model, size());
  const move = (next: Viewport | undefined) => {
    moved.current = next;
    setHover(undefined);
    redraw();
  };
  const zoom = (factor: number, at: Point = { x: size().width / 2, y: size().height / 2 }) =>
    move(zoomView(view(), at, factor));
  const hit = (at: Point): Omit<Hover, "at"> | undefined => {
    const world = toWorld(view(), at);
    const step = hitBox(model.layout.boxes, world);
    if (step !== undefined) return { step };
    const edge = hitLine(
      shapes.map(({ samples }) => samples),
      world,
      7 / view().scale,
    );
    return edge === undefined ? undefined : { edge };
  };
  const pick = (step: number | undefined) => {
    const name = step === undefined ? undefined : steps[step]!.name;
    if (name !== undefined && name === selected) onOpen?.(name);
    else onSelect?.(name);
  };
  const gestures = useGestures({
    zoom: (at, factor) => zoom(factor, at),
    scroll: ({ x }) => move(panView(view(), { x: -x, y: 0 }, model, size())),
    drag: ({ by }) => move(panView(view(), by, model, size())),
    hover: (at) => {
      const found = at && hit(at);
      if (found?.step !== hover?.step || found?.edge !== hover?.edge) setHover(found && { at: at!, ...found });
    },
    click: (at) => {
      const step = hit(at)?.step;
      if (step !== undefined)
        list.current!.querySelector<HTMLElement>(`[data-step="${step}"]`)?.focus({ preventScroll: true });
      pick(step);
    },
  });
  const focusStep = (step: number | undefined) => {
    // A click focuses too; only the keyboard wants its step ringed and brought into view.
    const byKeys = step !== undefined && list.current!.querySelector(":focus-visible") !== null;
    setFocused(byKeys ? step : undefined);
    if (byKeys) move(shown(view(), revealBox(view(), model.layout.boxes[step]!, size())) ?? moved.current);
  };

  return (
    <div ref={list} className="canvas-frame">
      <div ref={gestures} className="canvas-frame" style={{ cursor: hover?.step === undefined ? "grab" : "pointer" }}>
        <canvas ref={canvas} aria-hidden />
      </div>
      <StepList
        steps={steps}
        model={model}
        selected={selected}
        onFocus={focusStep}
        onPick={pick}
        onClear={() => onSelect?.(undefined)}
        onZoom={(factor) => (factor === "fit" ? move(undefined) : zoom(factor))}
      />
      <JoinLegend looks={[...new Set(model.edges.map(({ look }) => look))]} />
      <ZoomTools zoom={zoom} fit={() => move(undefined)} />
      {hover !== undefined && (
        <Tooltip at={hover.at}>
          {hover.step !== undefined && <StepTip step={steps[hover.step]!} />}
          {hover.edge !== undefined && <EdgeTip edge={model.edges[hover.edge]!} steps={steps} />}
        </Tooltip>
      )}
    </div>
  );
}

/** Undefined where nothing moved, so that a fitted graph stays fitted. */
const shown = (before: Viewport, after: Viewport) => (before.x === after.x && before.y === after.y ? undefined : after);
