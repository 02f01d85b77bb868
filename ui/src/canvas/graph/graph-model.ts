import type { GraphEdge, GraphStep, StepGraphProps } from "../props.ts";
import type { Box, GraphLayout } from "./layout/layered-graph.ts";
import { layOutGraph } from "./layout/lay-out-graph.ts";

/** How an edge is drawn: by its join, or as order alone. */
export type EdgeLook = GraphEdge["kind"] | "order";

/** All that one step reads of another in one way: drawn as one edge. */
export interface DrawnEdge {
  readonly from: number;
  readonly to: number;
  readonly look: EdgeLook;
  readonly inputs: readonly string[];
  /** The least that any of its inputs goes on with. */
  readonly atLeast: number;
  readonly needs: GraphEdge["needs"];
  /** Whether both ends have several tasks. */
  readonly many: boolean;
}

/** Everything that is fixed while a run goes on. */
export interface GraphModel {
  readonly edges: readonly DrawnEdge[];
  readonly layout: GraphLayout;
  /** Below the graph. */
  readonly leftOut: readonly { readonly box: Box; readonly step: string; readonly reason: string }[];
  readonly width: number;
  readonly height: number;
}

export const card = { height: 118, stack: 6, modestHeight: 34, leftOutHeight: 60 };
const leftOutGap = 44;

/** Without the word that stands before all of them. */
export const environmentName = ({ name }: { name: string }) => name.replace(/^environment[-: ]/, "");

export const isModest = (step: { kind: string }) => step.kind === "environment";

/** Equal for all that may change nothing in the drawing's structure. */
export function structureOf({ steps, edges, leftOut }: StepGraphProps): string {
  return JSON.stringify([
    steps.map(({ name, kind, tasks, by }) => [name, kind, tasks > 1, by.length]),
    edges.map(({ from, to, kind, input, needs, atLeast }) => [from, to, kind, input, needs, atLeast]),
    leftOut,
  ]);
}

export function makeGraphModel({ steps, edges, leftOut }: StepGraphProps): GraphModel {
  const drawn = mergeEdges(steps, edges);
  const width = cardWidth(steps.flatMap((step) => (isModest(step) ? [] : [step.name])));
  const layout = layOutGraph({
    nodes: steps.map((step, index) => ({
      ...sizeOf(step, width),
      above: drawn.some(({ from, to }) => from === index && to === index) ? 26 : 0,
    })),
    edges: drawn.map(({ from, to, look }) => ({ from, to, bundle: look })),
  });
  const perRow = Math.max(1, Math.floor((Math.max(layout.width, width * 3) + 24) / (width + 24)));
  const boxes = leftOut.map(({ step, reason }, index) => ({
    step,
    reason,
    box: {
      x: (index % perRow) * (width + 24),
      y: layout.height + leftOutGap + Math.floor(index / perRow) * (card.leftOutHeight + 12),
      width,
      height: card.leftOutHeight,
    },
  }));
  const bottom = boxes.at(-1)?.box;
  const right = Math.max(layout.width, ...boxes.map(({ box }) => box.x + box.width));
  return {
    edges: drawn,
    layout,
    leftOut: boxes,
    width: right,
    height: bottom === undefined ? layout.height : bottom.y + bottom.height,
  };
}

function mergeEdges(steps: readonly GraphStep[], edges: readonly GraphEdge[]): DrawnEdge[] {
  const indexOf = new Map(steps.map(({ name }, index) => [name, index]));
  const groups = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    const name = JSON.stringify([edge.from, edge.to, lookOf(edge)]);
    groups.set(name, [...(groups.get(name) ?? []), edge]);
  }
  return [...groups.values()].flatMap((group): DrawnEdge[] => {
    const [first] = group as [GraphEdge];
    const from = indexOf.get(first.from);
    const to = indexOf.get(first.to);
    if (from === undefined || to === undefined) return [];
    return [
      {
        from,
        to,
        look: lookOf(first),
        inputs: group.flatMap(({ input }) => (input === undefined ? [] : [input])),
        atLeast: Math.min(...group.map(({ atLeast }) => atLeast)),
        needs: first.needs,
        many: steps[from]!.tasks > 1 && steps[to]!.tasks > 1,
      },
    ];
  });
}

const lookOf = (edge: GraphEdge): EdgeLook => (edge.input === undefined ? "order" : edge.kind);

/** From the longest name, by its letters: a layout may not hang on which fonts have come in. */
function cardWidth(names: readonly string[]): number {
  const longest = names.reduce((most, name) => Math.max(most, name.length), 0);
  return Math.round(Math.max(152, Math.min(208, 34 + longest * 7.6)));
}

function sizeOf(step: GraphStep, width: number): { width: number; height: number } {
  if (isModest(step)) {
    const letters = environmentName(step).length;
    return { width: Math.round(Math.max(104, Math.min(200, 58 + letters * 6.7))), height: card.modestHeight };
  }
  const stack = step.tasks > 1 ? card.stack : 0;
  return { width: width + stack, height: card.height + stack };
}
