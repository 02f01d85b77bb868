import { didYouMean } from "./closest.ts";
import type { Scalar } from "./plan.ts";
import { scenarioError, shown, type ScenarioPlace } from "./scenario-errors.ts";

/** A row as it is written down; a label may be left out, a dimension may not. */
export type ScenarioRow = Readonly<Record<string, Scalar | null | undefined>>;

/** Where scenarios come from. `csv` and `json` are text: whoever calls has read the file. */
export type ScenarioSource =
  | { readonly rows: Iterable<ScenarioRow> }
  | { readonly csv: string }
  /** An array of objects. */
  | { readonly json: string }
  /** Every combination of the values, the last list varying fastest. */
  | { readonly product: Readonly<Record<string, readonly Scalar[]>> };

/** A dimension, and the order of its values: their natural one (`true`), or as listed. */
export interface DimensionDeclaration {
  readonly name: string;
  readonly ordered?: boolean | readonly Scalar[];
}

/** How a source is to be read. */
export interface ScenarioLayout {
  readonly dimensions: readonly DimensionDeclaration[];
  /** The columns kept as labels; undefined for all that are no dimensions. */
  readonly labels: readonly string[] | undefined;
  /** The file that the text was read from, for messages. */
  readonly file: string | undefined;
}

/** One column, encoded, its values in order of first appearance. */
export interface EncodedColumn {
  readonly name: string;
  readonly values: readonly (Scalar | null)[];
  readonly codes: Int32Array;
}

/** What a source holds, before the values are put in order. */
export interface EncodedRows {
  readonly size: number;
  readonly columns: readonly EncodedColumn[];
  /** How row `r` is spoken of: `line 7`, `row 6`. */
  placeOf(row: number): ScenarioPlace;
}

/**
 * The columns to keep of those that there are, in the order of the source. Throws `SCENARIOS_INVALID` if one that the
 * layout asks for is missing.
 */
export function wantedColumns(names: readonly string[], { dimensions, labels, file }: ScenarioLayout): string[] {
  const required = [...dimensions.map((dimension) => dimension.name), ...(labels ?? [])];
  const missing = required.find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw scenarioError(
      `there is no column ${shown(missing)}.${didYouMean(missing, names)}`,
      { file, column: missing },
      {
        mend: names.length === 0 ? "there are no columns" : `the columns are ${names.map(shown).join(", ")}`,
      },
    );
  }
  return labels === undefined ? [...names] : names.filter((name) => required.includes(name));
}
