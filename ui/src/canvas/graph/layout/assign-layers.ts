import type { ShapeEdge } from "./layered-graph.ts";

/**
 * A layer for each node: one after the last of those it hangs on. A node on which more hangs than it hangs on itself moves
 * as far towards its readers as it can, so that an environment stands beside the first step that uses it.
 */
export function assignLayers(nodeCount: number, edges: readonly ShapeEdge[]): number[] {
  const before: number[][] = Array.from({ length: nodeCount }, () => []);
  const after: number[][] = Array.from({ length: nodeCount }, () => []);
  for (const { from, to } of forwardEdges(nodeCount, edges)) {
    before[to]!.push(from);
    after[from]!.push(to);
  }
  const order = topologicalOrder(before, after);
  const layers = Array.from({ length: nodeCount }, () => 0);
  for (const node of order) for (const next of after[node]!) layers[next] = Math.max(layers[next]!, layers[node]! + 1);
  for (const node of order.toReversed()) {
    if (after[node]!.length <= before[node]!.length) continue;
    layers[node] = Math.min(...after[node]!.map((next) => layers[next]!)) - 1;
  }
  return layers;
}

/** Without loops, and without what would close a circle (a plan has none; a drawing must not hang on it). */
export function forwardEdges(nodeCount: number, edges: readonly ShapeEdge[]): ShapeEdge[] {
  const after: { to: number; edge: ShapeEdge }[][] = Array.from({ length: nodeCount }, () => []);
  for (const edge of edges) if (edge.from !== edge.to) after[edge.from]!.push({ to: edge.to, edge });
  const closing = new Set<ShapeEdge>();
  const state = new Uint8Array(nodeCount);
  for (let root = 0; root < nodeCount; root++) {
    if (state[root] !== 0) continue;
    const stack = [{ node: root, next: 0 }];
    state[root] = 1;
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const way = after[top.node]![top.next++];
      if (way === undefined) {
        state[top.node] = 2;
        stack.pop();
      } else if (state[way.to] === 1) closing.add(way.edge);
      else if (state[way.to] === 0) {
        state[way.to] = 1;
        stack.push({ node: way.to, next: 0 });
      }
    }
  }
  return edges.filter((edge) => edge.from !== edge.to && !closing.has(edge));
}

function topologicalOrder(before: readonly number[][], after: readonly number[][]): number[] {
  const missing = before.map((list) => list.length);
  const order = missing.flatMap((many, node) => (many === 0 ? [node] : []));
  for (let index = 0; index < order.length; index++) {
    for (const next of after[order[index]!]!) if (--missing[next]! === 0) order.push(next);
  }
  return order;
}
