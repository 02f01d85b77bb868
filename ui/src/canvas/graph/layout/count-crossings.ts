import type { LayeredGraph } from "./layered-graph.ts";

/** How many edges cross between all layers in this order: inversions, counted with a binary indexed tree. */
export function countCrossings(graph: LayeredGraph, layers: readonly (readonly number[])[]): number {
  const position = new Int32Array(graph.layerOf.length);
  for (const layer of layers) layer.forEach((vertex, index) => (position[vertex] = index));
  let crossings = 0;
  for (let index = 0; index + 1 < layers.length; index++) {
    const width = layers[index + 1]!.length;
    const tree = new Int32Array(width + 1);
    let seen = 0;
    for (const vertex of layers[index]!) {
      const ends = graph.after[vertex]!.map((end) => position[end]!).toSorted((a, b) => a - b);
      // Edges of one vertex do not cross each other: all are looked up before any is entered.
      for (const end of ends) {
        let notAbove = 0;
        for (let place = end + 1; place > 0; place -= place & -place) notAbove += tree[place]!;
        crossings += seen - notAbove;
      }
      for (const end of ends) {
        for (let place = end + 1; place <= width; place += place & -place) tree[place]!++;
      }
      seen += ends.length;
    }
  }
  return crossings;
}
