import type { Projection } from "./projection.ts";
import type { Projections } from "./projections.ts";

export type JoinKind = "one-to-one" | "broadcast" | "collect" | "many-to-many" | "previous";

/** Which tasks of one step feed which of another, computed, never listed. */
export interface Relation {
  readonly kind: JoinKind;
  /** Number of pairs. */
  readonly pairs: number;
  countUpstream(b: number): number;
  /** In key order. */
  eachUpstream(b: number, visit: (a: number) => void): void;
  /** In key order. */
  eachDownstream(a: number, visit: (b: number) => void): void;
}

/**
 * The natural join: `a` of `from` feeds `b` of `to` when some scenario row projects to both.
 *
 * Such pairs are the projection on the dimensions of both together, one task of it for each pair. With one side's
 * dimensions fixed, key order of the pairs is key order of the other side.
 */
export function naturalJoin(projections: Projections, from: Projection, to: Projection): Relation {
  const pairs = projections.on([...from.columns, ...to.columns].map((column) => column.name));
  return {
    kind: joinKind(from === pairs, to === pairs),
    pairs: pairs.size,
    countUpstream: (b) => projections.grouping(pairs, to).count(b),
    eachUpstream: (b, visit) =>
      projections.grouping(pairs, to).each(b, (pair) => visit(from.taskOfRow[pairs.firstRow[pair]!]!)),
    eachDownstream: (a, visit) =>
      projections.grouping(pairs, from).each(a, (pair) => visit(to.taskOfRow[pairs.firstRow[pair]!]!)),
  };
}

function joinKind(fromHasAll: boolean, toHasAll: boolean): JoinKind {
  if (fromHasAll && toHasAll) return "one-to-one";
  if (toHasAll) return "broadcast";
  return fromHasAll ? "collect" : "many-to-many";
}
