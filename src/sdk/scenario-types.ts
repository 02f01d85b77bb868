import type { Scalar } from "../core/plan.ts";
import type { DimensionDeclaration } from "../core/scenario-source.ts";

/** What is known of a scenario set before it is read. */
export interface ScenarioShape {
  /** The ordered ones among the dimensions. */
  readonly ordered: string;
  readonly row: object;
}

/** A pipeline without scenarios. */
export interface NoScenarios extends ScenarioShape {
  readonly ordered: never;
  readonly row: Record<never, never>;
}

export type Declared<Name extends string = string> = Name | (DimensionDeclaration & { readonly name: Name });

export type NameOf<D> = D extends string ? D : D extends { readonly name: infer Name extends string } ? Name : never;

/** Where a name is not known, neither is whether it has an order. */
type OrderedOf<D> = D extends { readonly name: infer Name extends string }
  ? D extends { readonly ordered: true | readonly Scalar[] }
    ? Name
    : string extends Name
      ? string
      : never
  : never;

/** A column of a file: of what type it is shows when the file is read, which an editor does not do. `labels` says it. */
// oxlint-disable-next-line typescript/no-explicit-any -- with `unknown`, `scenario.flights > 300` would not compile
export type FileValue = any;

export type LabelTypes = Readonly<Record<string, "number" | "string" | "boolean">>;
interface LabelValues {
  readonly number: number;
  readonly string: string;
  readonly boolean: boolean;
}

/** The labels of a file: all columns, those listed, or those listed with their types. */
type LabelsOf<L> = [L] extends [never]
  ? { readonly [column: string]: FileValue }
  : L extends readonly string[]
    ? { readonly [Name in L[number]]: FileValue }
    : L extends LabelTypes
      ? { readonly [Name in keyof L]: LabelValues[L[Name]] }
      : never;

export interface FileShape<D extends readonly Declared[], L> extends ScenarioShape {
  readonly ordered: OrderedOf<D[number]>;
  readonly row: { readonly [Name in NameOf<D[number]>]: FileValue } & LabelsOf<L>;
}

export interface ProductShape<
  P extends Readonly<Record<string, readonly Scalar[]>>,
  Ordered extends string,
> extends ScenarioShape {
  readonly ordered: Ordered;
  readonly row: { readonly [Name in keyof P]: P[Name][number] };
}

export interface RowsShape<Row extends object, D extends readonly Declared[]> extends ScenarioShape {
  readonly ordered: OrderedOf<D[number]>;
  readonly row: Row;
}
