import { assignLayers, forwardEdges } from "./assign-layers.ts";
import type { GraphShape, LayeredGraph } from "./layered-graph.ts";

/** Room that a passing edge takes in a layer. */
const bendHeight = 8;

/** Puts nodes into layers, and bends where an edge passes one. Edges of one bundle share their bends. */
export function makeLayered({ nodes, edges }: GraphShape): LayeredGraph {
  const layerOf = assignLayers(nodes.length, edges);
  const widths = nodes.map((node) => node.width);
  const heights = nodes.map((node) => node.height);
  const rooms = nodes.map((node) => node.height + 2 * (node.above ?? 0));
  const before: number[][] = nodes.map(() => []);
  const after: number[][] = nodes.map(() => []);
  const bends = new Map<string, number>();
  const linked = new Set<number>();

  const bendOf = (from: number, bundle: string, layer: number): number => {
    const name = `${from} ${layer} ${bundle}`;
    const known = bends.get(name);
    if (known !== undefined) return known;
    const bend = layerOf.push(layer) - 1;
    widths.push(0);
    heights.push(bendHeight);
    rooms.push(bendHeight);
    before.push([]);
    after.push([]);
    bends.set(name, bend);
    return bend;
  };
  const link = (from: number, to: number): void => {
    const pair = from * 67_108_864 + to;
    if (linked.has(pair)) return;
    linked.add(pair);
    after[from]!.push(to);
    before[to]!.push(from);
  };

  const forward = new Set(forwardEdges(nodes.length, edges));
  const chains = edges.map((edge) => {
    if (!forward.has(edge)) return [];
    const chain = [edge.from];
    for (let layer = layerOf[edge.from]! + 1; layer < layerOf[edge.to]!; layer++) {
      chain.push(bendOf(edge.from, edge.bundle, layer));
    }
    chain.push(edge.to);
    for (let index = 1; index < chain.length; index++) link(chain[index - 1]!, chain[index]!);
    return chain;
  });
  const layerCount = layerOf.reduce((most, layer) => Math.max(most, layer + 1), 0);
  return { layerOf, widths, heights, rooms, before, after, chains, nodeCount: nodes.length, layerCount };
}
