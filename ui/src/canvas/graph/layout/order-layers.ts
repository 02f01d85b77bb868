import { countCrossings } from "./count-crossings.ts";
import type { LayeredGraph } from "./layered-graph.ts";

const sweeps = 10;

/**
 * The order within each layer: barycentre sweeps to and fro, and the best order seen is kept. Ties keep the order there
 * was, which begins as that of the plan, so that equal graphs look equal.
 */
export function orderLayers(graph: LayeredGraph): number[][] {
  let layers = firstOrder(graph);
  let best = layers;
  let fewest = countCrossings(graph, layers);
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
    layers = sweep % 2 === 0 ? sweepOver(graph, layers, "before") : sweepOver(graph, layers, "after");
    const crossings = countCrossings(graph, layers);
    if (crossings < fewest) [best, fewest] = [layers, crossings];
  }
  return best;
}

/** Depth first from the sources: what hangs together begins side by side. */
function firstOrder(graph: LayeredGraph): number[][] {
  const layers: number[][] = Array.from({ length: graph.layerCount }, () => []);
  const seen = new Uint8Array(graph.layerOf.length);
  for (let root = 0; root < graph.layerOf.length; root++) {
    if (graph.before[root]!.length > 0) continue;
    const stack = [root];
    while (stack.length > 0) {
      const vertex = stack.pop()!;
      if (seen[vertex] === 1) continue;
      seen[vertex] = 1;
      layers[graph.layerOf[vertex]!]!.push(vertex);
      stack.push(...graph.after[vertex]!.toReversed());
    }
  }
  return layers;
}

function sweepOver(graph: LayeredGraph, from: readonly number[][], side: "before" | "after"): number[][] {
  const layers = from.map((layer) => [...layer]);
  const position = new Float64Array(graph.layerOf.length);
  for (const layer of layers) layer.forEach((vertex, index) => (position[vertex] = index));
  const order = side === "before" ? layers : layers.toReversed();
  for (const layer of order) {
    const wish = new Map(
      layer.map((vertex) => [vertex, barycentre(graph[side][vertex]!, position, position[vertex]!)]),
    );
    layer.sort((a, b) => wish.get(a)! - wish.get(b)! || position[a]! - position[b]!);
    layer.forEach((vertex, index) => (position[vertex] = index));
  }
  return layers;
}

function barycentre(neighbours: readonly number[], position: Float64Array, own: number): number {
  if (neighbours.length === 0) return own;
  let sum = 0;
  for (const neighbour of neighbours) sum += position[neighbour]!;
  return sum / neighbours.length;
}
