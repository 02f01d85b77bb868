import type { LayeredGraph } from "./layered-graph.ts";

/**
 * Lays each run of bends on one line, as long as the neighbours leave room for it: a long edge that climbs by a pixel at each
 * layer looks like a mistake. Orders and gaps stay.
 */
export function straighten(
  graph: LayeredGraph,
  layers: readonly (readonly number[])[],
  gaps: readonly (readonly number[])[],
  rows: Float64Array,
): void {
  const place = new Int32Array(graph.layerOf.length);
  for (const layer of layers) layer.forEach((vertex, index) => (place[vertex] = index));
  const isBend = (vertex: number | undefined) => vertex !== undefined && vertex >= graph.nodeCount;
  const nextBend = (vertex: number) => graph.after[vertex]!.find((next) => isBend(next));
  const room = (vertex: number): [number, number] => {
    const layer = layers[graph.layerOf[vertex]!]!;
    const index = place[vertex]!;
    const [above, below] = [layer[index - 1], layer[index + 1]];
    return [
      above === undefined ? -Infinity : rows[above]! + gaps[graph.layerOf[vertex]!]![index]!,
      below === undefined ? Infinity : rows[below]! - gaps[graph.layerOf[vertex]!]![index + 1]!,
    ];
  };

  for (let first = graph.nodeCount; first < graph.layerOf.length; first++) {
    if (isBend(graph.before[first]![0])) continue;
    let vertex: number | undefined = first;
    while (vertex !== undefined) {
      const run: number[] = [];
      let [least, most] = [-Infinity, Infinity];
      while (vertex !== undefined) {
        const [low, high] = room(vertex);
        if (run.length > 0 && Math.max(least, low) > Math.min(most, high)) break;
        [least, most] = [Math.max(least, low), Math.min(most, high)];
        run.push(vertex);
        vertex = nextBend(vertex);
      }
      const mean = run.reduce((sum, each) => sum + rows[each]!, 0) / run.length;
      for (const each of run) rows[each] = Math.max(least, Math.min(most, mean));
    }
  }
}
