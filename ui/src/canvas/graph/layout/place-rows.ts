import type { LayeredGraph } from "./layered-graph.ts";
import { spread } from "./spread.ts";
import { straighten } from "./straighten.ts";

const passes = 14;
const nodeGap = 28;
const bendGap = 10;

/**
 * The middle of each vertex across the layers' direction. Each layer in turn goes to where its neighbours are, as far as
 * the order and the gaps allow. A bend pulls strongly on a bend, so that long edges run straight.
 */
export function placeRows(graph: LayeredGraph, layers: readonly (readonly number[])[]): Float64Array {
  const rows = new Float64Array(graph.layerOf.length);
  const isBend = (vertex: number) => vertex >= graph.nodeCount;
  const gaps = layers.map((layer) =>
    layer.map((vertex, index) => {
      if (index === 0) return 0;
      const above = layer[index - 1]!;
      const gap = isBend(vertex) && isBend(above) ? bendGap : isBend(vertex) || isBend(above) ? 16 : nodeGap;
      return (graph.rooms[above]! + graph.rooms[vertex]!) / 2 + gap;
    }),
  );
  layers.forEach((layer, index) => {
    const start = layer.map(() => 0);
    spread(
      start,
      start.map(() => 1),
      gaps[index]!,
    ).forEach((row, place) => (rows[layer[place]!] = row));
  });

  const wish = (vertex: number, both: boolean, side: "before" | "after"): { row: number; weight: number } => {
    let sum = 0;
    let weight = 0;
    for (const list of both ? [graph.before[vertex]!, graph.after[vertex]!] : [graph[side][vertex]!]) {
      for (const neighbour of list) {
        const pull = isBend(vertex) && isBend(neighbour) ? 8 : isBend(vertex) || isBend(neighbour) ? 2 : 1;
        // A node with a single neighbour follows it, one with many is pulled by each a little.
        const share = pull / Math.max(1, list.length);
        sum += rows[neighbour]! * share;
        weight += share;
      }
    }
    return weight === 0 ? { row: rows[vertex]!, weight: 0.01 } : { row: sum / weight, weight };
  };
  for (let pass = 0; pass < passes; pass++) {
    const forwards = pass % 2 === 0;
    for (let step = 0; step < layers.length; step++) {
      const index = forwards ? step : layers.length - 1 - step;
      const layer = layers[index]!;
      const wishes = layer.map((vertex) => wish(vertex, pass >= passes - 4, forwards ? "before" : "after"));
      spread(
        wishes.map(({ row }) => row),
        wishes.map(({ weight }) => weight),
        gaps[index]!,
      ).forEach((row, place) => (rows[layer[place]!] = row));
    }
  }
  straighten(graph, layers, gaps, rows);
  return rows;
}
