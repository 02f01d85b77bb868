import type { GraphStep } from "../props.ts";
import type { Palette } from "../shared/palette.ts";
import type { Size } from "../shared/use-drawing.ts";
import { drawEdges, drawGlyphs, type Emphasis } from "./draw-edges.ts";
import { drawEnvironment, drawLeftOut } from "./draw-modest.ts";
import { drawStep } from "./draw-step.ts";
import type { EdgeShape } from "./edge-shapes.ts";
import { isModest, type GraphModel } from "./graph-model.ts";
import type { Viewport } from "./viewport.ts";

export interface GraphScene {
  readonly steps: readonly GraphStep[];
  readonly model: GraphModel;
  readonly shapes: readonly EdgeShape[];
  readonly palette: Palette;
  readonly view: Viewport;
  readonly selected: number | undefined;
  readonly hoveredStep: number | undefined;
  readonly hoveredEdge: number | undefined;
  readonly focused: number | undefined;
}

/** Edges under nodes; what hangs on the step that is looked at stands out, the rest steps back. */
export function drawGraph(context: CanvasRenderingContext2D, size: Size, scene: GraphScene): void {
  const { steps, model, shapes, palette, view } = scene;
  const looked = scene.hoveredStep ?? (scene.hoveredEdge === undefined ? scene.selected : undefined);
  const emphasis = (index: number): Emphasis => {
    const { from, to } = model.edges[index]!;
    if (scene.hoveredEdge !== undefined) return index === scene.hoveredEdge ? "strong" : "usual";
    if (looked === undefined) return "usual";
    return from === looked || to === looked ? "strong" : "faint";
  };

  context.translate(view.x, view.y);
  context.scale(view.scale, view.scale);
  drawEdges(context, model.edges, shapes, emphasis, palette);
  if (view.scale >= 0.55) drawGlyphs(context, model.edges, shapes, emphasis, palette);
  drawLeftOut(context, model.leftOut, view.scale, palette);
  model.layout.boxes.forEach((box, index) => {
    const left = box.x * view.scale + view.x;
    const top = box.y * view.scale + view.y;
    const outside = left > size.width || top > size.height;
    if (outside || left + (box.width + 8) * view.scale < 0 || top + (box.height + 8) * view.scale < 0) return;
    const step = steps[index]!;
    const draw = isModest(step) ? drawEnvironment : drawStep;
    draw(
      context,
      step,
      box,
      {
        scale: view.scale,
        selected: index === scene.selected,
        hovered: index === scene.hoveredStep,
        focused: index === scene.focused,
      },
      palette,
    );
  });
}
