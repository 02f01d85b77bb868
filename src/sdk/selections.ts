import type { Scalar } from "../core/plan.ts";
import { parseWhere } from "../core/where.ts";
import type { SelectionDeclaration } from "./declarations.ts";

function selection(data: SelectionDeclaration["selection"]): SelectionDeclaration {
  return Object.freeze({ kind: "selection", selection: data });
}

/** Every scenario. */
export function all(): SelectionDeclaration {
  return selection({ type: "all" });
}

/** The first scenarios of the source. */
export function first(count: number): SelectionDeclaration {
  return selection({ type: "first", count });
}

/** Scenarios that meet conditions (`"origin=JFK,LGA"`, `"month=1..6"`, `"flights>=300"`), or that a function picks. */
export function where(
  ...conditions: readonly string[] | readonly [(scenario: Readonly<Record<string, Scalar | null>>) => boolean]
): SelectionDeclaration {
  const [matches] = conditions;
  if (typeof matches === "function") return selection({ type: "matching", matches });
  return selection({ type: "where", conditions: (conditions as readonly string[]).map(parseWhere) });
}

/** Scenarios by their keys. */
export function named(...keys: readonly Readonly<Record<string, Scalar>>[]): SelectionDeclaration {
  return selection({ type: "rows", keys });
}

/**
 * A few scenarios that stand for the rest: all values of every dimension are covered first, then pairs of values. Rows
 * that the label `typical` marks are preferred. The same set always gives the same rows, in whatever order it is.
 */
export function representative(count: number, options: { readonly typical?: string } = {}): SelectionDeclaration {
  return selection({ type: "representative", count, ...options });
}
