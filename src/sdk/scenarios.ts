import type { Scalar } from "../core/plan.ts";
import type { ScenarioRow } from "../core/scenario-source.ts";
import type { Dimension, FileShape, LabelTypes, ProductShape, RowsShape, ScenarioShape } from "./scenario-types.ts";

/** A scenario set, described; the planner reads it. */
export interface Scenarios<S extends ScenarioShape = ScenarioShape> {
  readonly kind: "scenarios";
  readonly from: ScenarioOrigin;
  readonly dimensions: readonly Dimension[];
  readonly labels?: readonly string[] | LabelTypes;
  /** Known to the type checker only. */
  readonly shape?: S;
}

export type ScenarioOrigin =
  | { readonly type: "csv" | "json"; readonly path: string }
  | { readonly type: "product"; readonly lists: Readonly<Record<string, readonly Scalar[]>> }
  | { readonly type: "rows"; readonly rows: Iterable<ScenarioRow> };

export interface FileOptions<D extends readonly Dimension[], L extends readonly string[] | LabelTypes> {
  /**
   * The columns that identify a row, in the order they have in keys. An ordered one, which allows `.previous()`, is
   * `{ name: "month", ordered: true }`, or with the list of its values in order.
   */
  readonly dimensions: D;
  /** The other columns to keep; all by default. With types, they are checked: `{ flights: "number" }`. */
  readonly labels?: L;
}

/** Scenarios from a CSV file whose first line names the columns. The path is relative to the pipeline file. */
function fromCsv<const D extends readonly Dimension[], const L extends readonly string[] | LabelTypes = never>(
  path: string,
  options: FileOptions<D, L>,
): Scenarios<FileShape<D, [L] extends [never] ? undefined : L>> {
  return Object.freeze({ kind: "scenarios", from: { type: "csv", path }, ...options });
}

/** Scenarios from a JSON file: an array of objects. The path is relative to the pipeline file. */
function fromJson<const D extends readonly Dimension[], const L extends readonly string[] | LabelTypes = never>(
  path: string,
  options: FileOptions<D, L>,
): Scenarios<FileShape<D, [L] extends [never] ? undefined : L>> {
  return Object.freeze({ kind: "scenarios", from: { type: "json", path }, ...options });
}

/** Every combination of the values, the last list varying fastest. A dimension named in `ordered` has the order of its list. */
function product<const Lists extends Readonly<Record<string, readonly Scalar[]>>, const Ordered extends keyof Lists & string = never>(
  lists: Lists,
  options: { readonly ordered?: readonly Ordered[] } = {},
): Scenarios<ProductShape<Lists, Ordered>> {
  const ordered: readonly string[] = options.ordered ?? [];
  const dimensions = Object.keys(lists).map((name) => (ordered.includes(name) ? { name, ordered: [...new Set(lists[name])] } : name));
  return Object.freeze({ kind: "scenarios", from: { type: "product", lists }, dimensions });
}

/** Scenarios computed here: an array of rows, or anything that yields them. */
function rows<const D extends readonly Dimension<keyof Row & string>[], Row extends object>(
  source: Iterable<Row>,
  options: { readonly dimensions: D; readonly labels?: readonly (keyof Row & string)[] },
): Scenarios<RowsShape<Row, D>> {
  return Object.freeze({ kind: "scenarios", from: { type: "rows", rows: source as Iterable<ScenarioRow> }, ...options });
}

export const scenarios = Object.freeze({ fromCsv, fromJson, product, rows });
