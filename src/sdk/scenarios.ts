import type { Scalar } from "../core/plan.ts";
import type { DimensionDeclaration, ScenarioRow } from "../core/scenario-source.ts";
import type { ScenarioSource } from "./declarations.ts";

type Declared = string | DimensionDeclaration;
type NameOf<D> = D extends string ? D : D extends { readonly name: infer Name extends string } ? Name : never;

interface Columns<D extends readonly Declared[]> {
  /** The columns that identify a row, in the order that they have in keys. */
  readonly dimensions: D;
  /** The columns kept as labels; without it, all that are no dimensions. */
  readonly labels?: readonly string[];
}

/** Says that a dimension has an order: that of its numbers or texts, or the one of a list. `.previous()` then works along it. */
export function ordered<const Name extends string>(name: Name, values?: readonly Scalar[]): { readonly name: Name; readonly ordered: true | readonly Scalar[] } {
  return Object.freeze({ name, ordered: values ?? true });
}

function source<D extends readonly Declared[]>(from: ScenarioSource["from"], { dimensions, labels }: Columns<D>): ScenarioSource<NameOf<D[number]>> {
  const declared = dimensions as unknown as ScenarioSource<NameOf<D[number]>>["dimensions"];
  return Object.freeze({ kind: "scenarios" as const, dimensions: declared, from, ...(labels === undefined ? {} : { labels }) });
}

/** Where scenarios come from. Paths are relative to the pipeline file. */
export const scenarios = {
  /** Reads a CSV file (RFC 4180, with a header line). Columns of numbers become numbers. */
  fromCsv: <const D extends readonly Declared[]>(path: string, columns: Columns<D>): ScenarioSource<NameOf<D[number]>> => source({ type: "csv", path }, columns),

  /** Reads a JSON file that holds a list of objects. */
  fromJson: <const D extends readonly Declared[]>(path: string, columns: Columns<D>): ScenarioSource<NameOf<D[number]>> => source({ type: "json", path }, columns),

  /** Every combination of the values; the last dimension varies fastest. */
  product: <const P extends Readonly<Record<string, readonly Scalar[]>>>(product: P, options: { readonly ordered?: readonly (keyof P & string)[] } = {}): ScenarioSource<keyof P & string> => {
    const names = Object.keys(product) as (keyof P & string)[];
    const dimensions = names.map((name) => (options.ordered?.includes(name) === true ? { name, ordered: product[name]! } : name));
    return Object.freeze({ kind: "scenarios" as const, dimensions, from: { type: "product" as const, product } });
  },

  /** Rows computed in the pipeline file. */
  rows: <const D extends readonly Declared[]>(rows: readonly ScenarioRow[], columns: Columns<D>): ScenarioSource<NameOf<D[number]>> => source({ type: "rows", rows }, columns),
};
