import type { Scalar } from "../core/plan.ts";
import type { DimensionDeclaration } from "../core/scenario-source.ts";

/** What the editor knows of a scenario set: its dimensions, which of them are ordered, and what a scenario holds. */
export interface ScenarioShape {
  readonly dimensions: string;
  readonly ordered: string;
  readonly row: object;
}

/** A pipeline without scenarios: one task a step. */
export interface NoScenarios extends ScenarioShape {
  readonly dimensions: never;
  readonly ordered: never;
  readonly row: Record<never, never>;
}

export type Dimension<Name extends string = string> = Name | (DimensionDeclaration & { readonly name: Name });

/** A column of a file: its type is known once the file is read, which the editor does not do. Declare `labels` for more. */
// oxlint-disable-next-line typescript/no-explicit-any -- `unknown` would forbid the comparison in `scenario.flights > 300`
export type FileValue = any;

export type LabelTypes = Readonly<Record<string, "number" | "string" | "boolean">>;
type LabelValue = { readonly number: number; readonly string: string; readonly boolean: boolean };

export type NamesOf<D extends readonly Dimension[]> = D[number] extends infer E ? (E extends string ? E : E extends { readonly name: infer N extends string } ? N : never) : never;

export type OrderedOf<D extends readonly Dimension[]> = D[number] extends infer E
  ? E extends { readonly name: infer N extends string }
    ? E extends { readonly ordered: true | readonly Scalar[] }
      ? N
      : string extends N
        ? string
        : never
    : never
  : never;

/** The labels of a file: all columns, those listed, or those listed with their types. */
type LabelsOf<L> = L extends readonly string[]
  ? { readonly [K in L[number]]: FileValue }
  : L extends LabelTypes
    ? { readonly [K in keyof L]: LabelValue[L[K]] }
    : { readonly [column: string]: FileValue };

export interface FileShape<D extends readonly Dimension[], L> {
  readonly dimensions: NamesOf<D>;
  readonly ordered: OrderedOf<D>;
  readonly row: { readonly [K in NamesOf<D>]: FileValue } & LabelsOf<L>;
}

export interface ProductShape<Lists extends Readonly<Record<string, readonly Scalar[]>>, Ordered extends string> {
  readonly dimensions: keyof Lists & string;
  readonly ordered: Ordered;
  readonly row: { readonly [K in keyof Lists]: Lists[K][number] };
}

export interface RowsShape<Row extends object, D extends readonly Dimension[]> {
  readonly dimensions: NamesOf<D>;
  readonly ordered: OrderedOf<D>;
  readonly row: Row;
}
