import type { Scalar } from "../core/plan.ts";
import type { ScenarioRow } from "../core/scenario-source.ts";
import type { ScenarioSource } from "./declarations.ts";
import { refuseUnknown } from "./refuse-unknown.ts";
import type {
  Declared,
  FileShape,
  LabelTypes,
  NameOf,
  ProductShape,
  RowsShape,
  ScenarioShape,
} from "./scenario-types.ts";

interface FileColumns<D extends readonly Declared[], L extends readonly string[] | LabelTypes> {
  /** The columns that identify a row, in the order that they have in keys. */
  readonly dimensions: D;
  /**
   * The columns kept as labels; without it, all that are no dimensions. With their types (`{ flights: "number" }`) each
   * row must have one of that type, and functions over scenarios know it.
   */
  readonly labels?: L;
}

interface RowColumns<D extends readonly Declared[], Row extends object> {
  readonly dimensions: D;
  readonly labels?: readonly (keyof Row & string)[];
}

/** Says that a dimension has an order: that of its numbers or texts, or the one of a list. `.previous()` then works along it. */
export function ordered<const Name extends string>(
  name: Name,
  values?: readonly Scalar[],
): { readonly name: Name; readonly ordered: true | readonly Scalar[] } {
  return Object.freeze({ name, ordered: values ?? true });
}

type Columns = { readonly dimensions: readonly Declared[]; readonly labels?: readonly string[] | LabelTypes };

function source<Name extends string, Shape extends ScenarioShape>(
  from: ScenarioSource["from"],
  columns: Columns,
): ScenarioSource<Name, Shape> {
  refuseUnknown("PIPELINE_INVALID", `scenarios from ${from.type}`, columns, ["dimensions", "labels"]);
  const { dimensions, labels } = columns;
  const declared = dimensions as ScenarioSource<Name>["dimensions"];
  return Object.freeze({
    kind: "scenarios" as const,
    dimensions: declared,
    from,
    ...(labels === undefined ? {} : { labels }),
  });
}

/** Where scenarios come from. Paths are relative to the pipeline file. */
export const scenarios = {
  /**
   * Reads a CSV file (RFC 4180, with a header line). A label becomes a number if JSON takes each of its cells for one
   * (`7689.0`); a dimension only if each cell is the number's own text, so `01` and `1.0` stay what they are.
   */
  fromCsv: <const D extends readonly Declared[], const L extends readonly string[] | LabelTypes = never>(
    path: string,
    columns: FileColumns<D, L>,
  ): ScenarioSource<NameOf<D[number]>, FileShape<D, L>> => source({ type: "csv", path }, columns),

  /** Reads a JSON file that holds a list of objects. */
  fromJson: <const D extends readonly Declared[], const L extends readonly string[] | LabelTypes = never>(
    path: string,
    columns: FileColumns<D, L>,
  ): ScenarioSource<NameOf<D[number]>, FileShape<D, L>> => source({ type: "json", path }, columns),

  /** Every combination of the values; the last dimension varies fastest. */
  product: <
    const P extends Readonly<Record<string, readonly Scalar[]>>,
    const Ordered extends keyof P & string = never,
  >(
    product: P,
    options: { /** Dimensions whose values are in the order listed. */ readonly ordered?: readonly Ordered[] } = {},
  ): ScenarioSource<keyof P & string, ProductShape<P, Ordered>> => {
    refuseUnknown("PIPELINE_INVALID", "scenarios.product()", options, ["ordered"]);
    const inOrder: readonly string[] = options.ordered ?? [];
    const dimensions = Object.keys(product).map((name) =>
      inOrder.includes(name) ? { name, ordered: product[name]! } : name,
    );
    return source({ type: "product", product }, { dimensions });
  },

  /** Rows computed in the pipeline file. */
  rows: <Row extends object, const D extends readonly Declared<keyof Row & string>[]>(
    rows: readonly Row[],
    columns: RowColumns<D, Row>,
  ): ScenarioSource<NameOf<D[number]>, RowsShape<Row, D>> =>
    source({ type: "rows", rows: rows as readonly ScenarioRow[] }, columns),
};
