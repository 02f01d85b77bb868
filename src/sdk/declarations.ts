import type { Json } from "../core/json.ts";
import type { OutputType, Scalar, ShellWord } from "../core/plan.ts";
import type { Condition } from "../core/where.ts";
import type { DimensionDeclaration, ScenarioRow } from "../core/scenario-source.ts";
import type { z } from "zod";

/**
 * What the functions of the SDK return: frozen data that the planner reads. Nothing here does anything; the only values
 * that are not plain data are the functions over scenarios and the parameters' schema, which never leave the planner.
 */

/** Where a scenario set comes from. `Dimension` is the union of its dimensions' names, as far as they are known statically. */
export interface ScenarioSource<Dimension extends string = string> {
  readonly kind: "scenarios";
  readonly dimensions: readonly (Dimension | (DimensionDeclaration & { readonly name: Dimension }))[];
  readonly labels?: readonly string[];
  readonly from:
    | { readonly type: "csv" | "json"; readonly path: string }
    | { readonly type: "product"; readonly product: Readonly<Record<string, readonly Scalar[]>> }
    | { readonly type: "rows"; readonly rows: readonly ScenarioRow[] };
}

export interface SelectionDeclaration {
  readonly kind: "selection";
  readonly selection:
    | { readonly type: "all" }
    | { readonly type: "first"; readonly count: number }
    | { readonly type: "where"; readonly conditions: readonly Condition[] }
    | { readonly type: "matching"; readonly matches: (scenario: Readonly<Record<string, Scalar | null>>) => boolean }
    | { readonly type: "rows"; readonly keys: readonly Readonly<Record<string, Scalar>>[] }
    | { readonly type: "representative"; readonly count: number; readonly typical?: string };
}

export interface EnvironmentDeclaration {
  readonly kind: "environment";
  readonly python: string;
  readonly source?: { readonly type: "requirements" | "pyproject" | "uv.lock"; readonly path: string };
  readonly name?: string;
}

export type WorkDeclaration =
  | { readonly kind: "work"; readonly type: "python"; readonly reference: string; readonly environment?: EnvironmentDeclaration; readonly freshProcess?: boolean }
  | { readonly kind: "work"; readonly type: "node"; readonly reference: string }
  | { readonly kind: "work"; readonly type: "shell"; readonly argv: readonly ShellWord[]; readonly env: Readonly<Record<string, ShellWord>>; readonly script?: true }
  | { readonly kind: "work"; readonly type: "noop" };

export interface OutputDeclaration<Type extends OutputType = OutputType> {
  readonly kind: "output";
  readonly type: Type;
  readonly path?: string;
  readonly optional?: boolean;
  readonly description?: string;
}

/** A reference to what another task will yield: all of a reader's dimensions must tell which one. */
export interface OutputRef<Type extends OutputType = OutputType, Dimension extends string = string> {
  readonly kind: "output-ref";
  readonly step: string;
  readonly output: string;
  readonly type: Type;
  /** The writer's dimensions. */
  readonly by: readonly Dimension[];
  /**
   * All that the writer yields for the reader's scenario, as rows with their keys. `atLeast` is the fraction of them
   * that must have succeeded for the reader to start; 1 if absent.
   */
  collect(options?: { readonly atLeast?: number }): CollectedRef<Type>;
  /** What the writer yields at the previous value of an ordered dimension; null at its first value. */
  previous(dimension: Dimension): PreviousRef<Type, Dimension>;
}

export interface CollectedRef<Type extends OutputType = OutputType> {
  readonly kind: "collected-ref";
  readonly step: string;
  readonly output: string;
  readonly type: Type;
  readonly atLeast: number;
}

export interface PreviousRef<Type extends OutputType = OutputType, Dimension extends string = string> {
  readonly kind: "previous-ref";
  readonly step: string;
  readonly output: string;
  readonly type: Type;
  readonly by: readonly Dimension[];
  readonly dimension: string;
}

export type InputDeclaration = Json | OutputRef | CollectedRef | PreviousRef | undefined;

export interface StepRef {
  readonly kind: "step";
  readonly name: string;
}

/** A step as its author declared it; the planner checks it and turns it into a `PlanStep`. */
export interface StepDeclaration {
  readonly name: string;
  readonly options: StepOptionsData;
  /** `file:line` of the call. */
  readonly at: string | undefined;
}

type ScenarioFunction<T> = (given: { readonly scenario: Readonly<Record<string, Scalar | null>>; readonly key: Readonly<Record<string, Scalar>> }) => T;

export interface ResourcesOption {
  /** Cores: `0.5`, or `"500m"`. One core if absent. */
  readonly cpu?: number | string;
  /** Bytes, or a text such as `"512Mi"` or `"1.5Gi"`. Not limited if absent. */
  readonly memory?: number | string;
  readonly gpu?: number;
}

export interface RetryOption {
  /** New attempts after an error or a timeout of the task's own; 0 if absent. */
  readonly user?: number;
  readonly timeout?: number;
  /** New attempts after memory ran out, each with more of it. `attempts` counts the retries. */
  readonly outOfMemory?: { readonly attempts?: number; readonly memory?: string; readonly upTo: number | string };
  readonly disk?: number;
  readonly neverStarted?: number;
  readonly disrupted?: number;
  /** First wait before a retry, doubled each time: `"2s"` or milliseconds. */
  readonly backoff?: number | string;
  /** Exception types that are final, however many retries are left. */
  readonly fatalErrors?: readonly string[];
}

export interface StepOptionsData {
  readonly by?: readonly string[];
  readonly run: WorkDeclaration;
  readonly inputs?: Readonly<Record<string, InputDeclaration>>;
  readonly outputs?: Readonly<Record<string, OutputDeclaration>>;
  readonly after?: StepRef | { readonly step: StepRef; readonly outcome: "succeeded" | "done" } | readonly (StepRef | { readonly step: StepRef; readonly outcome: "succeeded" | "done" })[];
  readonly on?: string;
  readonly resources?: ResourcesOption | ScenarioFunction<ResourcesOption>;
  readonly environment?: EnvironmentDeclaration;
  readonly retry?: RetryOption;
  readonly timeout?: number | string;
  readonly pools?: Readonly<Record<string, number>>;
  readonly priority?: number | ScenarioFunction<number>;
  readonly concurrency?: number;
  readonly description?: string;
}

/** A pipeline as its file exports it. */
export interface PipelineDeclaration {
  readonly kind: "pipeline";
  readonly name: string;
  readonly description?: string;
  readonly params: z.ZodObject;
  readonly scenarios: ScenarioSource;
  readonly selections: Readonly<Record<string, SelectionDeclaration>>;
  readonly defaultSelection?: string;
  readonly pools: Readonly<Record<string, number>>;
  readonly failFast: boolean;
  readonly timeout?: number | string;
  readonly concurrency?: number;
  /** Declares the steps for these parameters, in the order of the calls. */
  readonly build: (params: unknown) => readonly StepDeclaration[];
}
