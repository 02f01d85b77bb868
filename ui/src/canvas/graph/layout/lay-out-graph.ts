import type { Point } from "../../shared/gestures.ts";
import type { Box, GraphLayout, GraphShape, LayeredGraph } from "./layered-graph.ts";
import { makeLayered } from "./make-layered.ts";
import { orderLayers } from "./order-layers.ts";
import { placePorts, type Ports } from "./place-ports.ts";
import { placeRows } from "./place-rows.ts";

/** Between layers: room for the curves, more where they climb far. */
const channel = { least: 58, most: 130, perRow: 0.12 };
const loopRise = 22;

/** Places every node and routes every edge, from left to right. Equal shapes give equal layouts. */
export function layOutGraph(shape: GraphShape): GraphLayout {
  const graph = makeLayered(shape);
  const layers = orderLayers(graph);
  const rows = placeRows(graph, layers);
  const ports = placePorts(graph, rows);
  const columns = placeColumns(graph, layers, rows);

  const top = Math.min(0, ...shape.nodes.map((node, index) => rows[index]! - node.height / 2));
  const boxes = shape.nodes.map((node, index): Box => {
    const { x, width } = columns[graph.layerOf[index]!]!;
    return { x: x + (width - node.width) / 2, y: rows[index]! - node.height / 2 - top, ...sizeOf(node) };
  });
  const routes = shape.edges.map((edge, index) =>
    graph.chains[index]!.length === 0
      ? loopOf(boxes[edge.from]!)
      : routeOf(graph.chains[index]!, index, { graph, boxes, columns, rows, ports, top }),
  );
  return {
    boxes,
    routes,
    layers: layers.map((layer) => layer.filter((vertex) => vertex < graph.nodeCount)),
    width: boxes.reduce((most, box) => Math.max(most, box.x + box.width), 0),
    height: boxes.reduce((most, box) => Math.max(most, box.y + box.height), 0),
  };
}

const sizeOf = ({ width, height }: { width: number; height: number }) => ({ width, height });

interface Column {
  readonly x: number;
  readonly width: number;
}

function placeColumns(graph: LayeredGraph, layers: readonly (readonly number[])[], rows: Float64Array): Column[] {
  let x = 0;
  return layers.map((layer) => {
    const width = layer.reduce((most, vertex) => Math.max(most, graph.widths[vertex]!), 0);
    const column = { x, width };
    let climb = 0;
    for (const vertex of layer) {
      for (const next of graph.after[vertex]!) climb = Math.max(climb, Math.abs(rows[next]! - rows[vertex]!));
    }
    x += width + Math.min(channel.most, channel.least + climb * channel.perRow);
    return column;
  });
}

interface Placed {
  readonly graph: LayeredGraph;
  readonly boxes: readonly Box[];
  readonly columns: readonly Column[];
  readonly rows: Float64Array;
  readonly ports: Ports;
  readonly top: number;
}

/** Level from the node to the edge of its layer, level across every layer it passes: it turns in the channels only. */
function routeOf(chain: readonly number[], edge: number, { graph, boxes, columns, rows, ports, top }: Placed): Point[] {
  const points: Point[] = [];
  chain.forEach((vertex, index) => {
    const { x, width } = columns[graph.layerOf[vertex]!]!;
    const first = index === 0;
    const last = index === chain.length - 1;
    const y = (first ? ports.leave[edge]! : last ? ports.reach[edge]! : rows[vertex]!) - top;
    if (first) points.push({ x: boxes[vertex]!.x + boxes[vertex]!.width, y }, { x: x + width, y });
    else if (last) points.push({ x, y }, { x: boxes[vertex]!.x, y });
    else points.push({ x, y }, { x: x + width, y });
  });
  return points;
}

/** Out of the upper right corner and back into the upper left one, above the node. */
function loopOf({ x, y, width }: Box): Point[] {
  return [
    { x: x + width - 26, y },
    { x: x + width - 26, y: y - loopRise },
    { x: x + 26, y: y - loopRise },
    { x: x + 26, y },
  ];
}
