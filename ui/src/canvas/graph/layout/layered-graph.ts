import type { Point } from "../../shared/gestures.ts";

/** What is laid out: sizes and structure, and nothing that changes while a run goes on. */
export interface GraphShape {
  /** `above`: room kept free above the node, for a loop. */
  readonly nodes: readonly { readonly width: number; readonly height: number; readonly above?: number }[];
  readonly edges: readonly ShapeEdge[];
}

export interface ShapeEdge {
  readonly from: number;
  readonly to: number;
  /** Long edges of one node and one bundle share their way until they part. */
  readonly bundle: string;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface GraphLayout {
  readonly boxes: readonly Box[];
  /** For each edge the points it runs through: ports at both ends, level stretches across the layers between. */
  readonly routes: readonly (readonly Point[])[];
  readonly layers: readonly (readonly number[])[];
  readonly width: number;
  readonly height: number;
}

/**
 * The graph with every edge between neighbouring layers: edges that pass a layer have a bend there, a vertex of little
 * height that is placed like a node. The first vertices are the nodes.
 */
export interface LayeredGraph {
  readonly layerOf: readonly number[];
  readonly widths: readonly number[];
  readonly heights: readonly number[];
  /** Height with what is kept free around it. */
  readonly rooms: readonly number[];
  /** Neighbours in the layers before and after, each once. */
  readonly before: readonly number[][];
  readonly after: readonly number[][];
  /** For each edge the vertices from its start to its end; none for a loop. */
  readonly chains: readonly (readonly number[])[];
  readonly nodeCount: number;
  readonly layerCount: number;
}
