import type { LayeredGraph } from "./layered-graph.ts";

/** Where each edge leaves its start and reaches its end, as rows. */
export interface Ports {
  readonly leave: Float64Array;
  readonly reach: Float64Array;
}

/** Ports lie at most so far apart, and as far from a corner. */
const portGap = 15;
const corner = 14;
/** So much is too little for a curve: it would look like a kink. */
const kink = 14;

/** Ports on a node's sides, in the order of where their edges come from or go to, so that they do not cross at the node. */
export function placePorts(graph: LayeredGraph, rows: Float64Array): Ports {
  const leave = new Float64Array(graph.chains.length);
  const reach = new Float64Array(graph.chains.length);
  const leaving = new Map<number, Port[]>();
  const reaching = new Map<number, Port[]>();
  graph.chains.forEach((chain, edge) => {
    if (chain.length === 0) return;
    const [first, second] = chain as [number, number];
    // Edges with the same next bend share a port, as they share the way.
    const shared = second >= graph.nodeCount ? `${second}` : `edge ${edge}`;
    add(leaving, first, { edge, row: rows[second]!, shared });
    add(reaching, chain.at(-1)!, { edge, row: rows[chain.at(-2)!]!, shared: `edge ${edge}` });
  });
  for (const [node, ports] of leaving) spreadPorts(rows[node]!, graph.heights[node]!, ports, leave);
  for (const ports of leaving.values()) {
    for (const port of ports) {
      const chain = graph.chains[port.edge]!;
      if (chain.length > 2) moveOver(port, rows[chain[1]!]!, ports, leave, limits(graph, rows, chain[0]!));
    }
  }
  for (const [node, ports] of reaching) {
    spreadPorts(rows[node]!, graph.heights[node]!, ports, reach);
    for (const port of ports) {
      const chain = graph.chains[port.edge]!;
      const row = chain.length === 2 ? leave[port.edge]! : rows[chain.at(-2)!]!;
      moveOver(port, row, ports, reach, limits(graph, rows, node));
    }
  }
  return { leave, reach };
}

interface Port {
  readonly edge: number;
  readonly row: number;
  /** Ports with the same name are one. */
  readonly shared: string;
}

function add(map: Map<number, Port[]>, node: number, port: Port): void {
  const list = map.get(node);
  if (list === undefined) map.set(node, [port]);
  else list.push(port);
}

function spreadPorts(middle: number, height: number, ports: Port[], out: Float64Array): void {
  ports.sort((a, b) => a.row - b.row || a.edge - b.edge);
  const names = [...new Set(ports.map((port) => port.shared))];
  const gap = Math.min(portGap, (height - 2 * Math.min(corner, height / 4)) / Math.max(1, names.length - 1));
  const place = new Map(names.map((name, index) => [name, middle + (index - (names.length - 1) / 2) * gap]));
  for (const port of ports) out[port.edge] = place.get(port.shared)!;
}

function limits(graph: LayeredGraph, rows: Float64Array, node: number): readonly [number, number] {
  const half = graph.heights[node]! / 2 - Math.min(corner, graph.heights[node]! / 4);
  return [rows[node]! - half, rows[node]! + half];
}

/** A port goes level with the other end when that is near and the ports beside it leave room. */
function moveOver(
  port: Port,
  row: number,
  ports: readonly Port[],
  out: Float64Array,
  [least, most]: readonly [number, number],
): void {
  const own = out[port.edge]!;
  if (Math.abs(row - own) > kink || row < least || row > most) return;
  const crowded = ports.some((other) => {
    if (other.shared === port.shared) return false;
    const there = out[other.edge]!;
    return there > own ? there < row + 9 : there > row - 9;
  });
  if (crowded) return;
  for (const other of ports) if (other.shared === port.shared) out[other.edge] = row;
}
