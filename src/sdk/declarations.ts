import type { Json } from "../core/json.ts";
import type { ImageRecipe, OutputType, Scalar } from "../core/plan.ts";
import type { PodOptions } from "../core/pod-options.ts";
import type { ResourceCondition, ResourceKeep, ResourcePath, ResourceRef } from "../core/resource-work.ts";
import type { SecretRefs } from "../core/secret-ref.ts";
import type { Condition } from "../core/where.ts";
import type { DimensionDeclaration, ScenarioRow } from "../core/scenario-source.ts";
import type { z } from "zod";
import type { LabelTypes, ScenarioShape } from "./scenario-types.ts";

/**
 * What the functions of the SDK return: frozen data that the planner reads. Nothing here does anything; the only values
 * that are not plain data are the functions over scenarios and the parameters' schema, which never leave the planner.
 */

/**
 * Where a scenario set comes from. `Shape` is what is known of it statically: the names of its dimensions, which of them
 * are ordered, and what a row holds.
 */
export interface ScenarioSource<Dimension extends string = string, Shape extends ScenarioShape = ScenarioShape> {
  readonly kind: "scenarios";
  /** Known to the type checker only. */
  readonly shape?: Shape;
  readonly dimensions: readonly (Dimension | (DimensionDeclaration & { readonly name: Dimension }))[];
  /** The columns to keep besides the dimensions; by name, or by name and type. */
  readonly labels?: readonly string[] | LabelTypes;
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

/** At most one of the three sources; without any it is the interpreter as it is. Paths are relative to the pipeline file. */
export interface EnvironmentOptions {
  readonly requirements?: string;
  readonly pyproject?: string;
  /** A `uv.lock`, beside its `pyproject.toml`. */
  readonly lock?: string;
  /** `python3` if absent. */
  readonly python?: string;
  /** Names the step that builds it: `environment-<name>`. */
  readonly name?: string;
}

export interface EnvironmentDeclaration {
  readonly kind: "environment";
  readonly python: string;
  readonly source?: { readonly type: "requirements" | "pyproject" | "uv.lock"; readonly path: string };
  readonly name?: string;
}

export interface BuildDeclaration {
  readonly kind: "build";
  readonly recipe: ImageRecipe;
}

export type WorkDeclaration =
  | {
      readonly kind: "work";
      readonly type: "python";
      readonly reference: string;
      readonly environment?: EnvironmentDeclaration;
      readonly freshProcess?: boolean;
    }
  | { readonly kind: "work"; readonly type: "node"; readonly reference: string }
  | ShellDeclaration
  | ContainerDeclaration
  | ResourceDeclaration
  | { readonly kind: "work"; readonly type: "noop" };

export type PythonDeclaration = Extract<WorkDeclaration, { readonly type: "python" }>;
export type NodeDeclaration = Extract<WorkDeclaration, { readonly type: "node" }>;
export type NoopDeclaration = Extract<WorkDeclaration, { readonly type: "noop" }>;

/** A reference within a command. */
export interface WordRef<
  Of extends "input" | "output" | "dimension" = "input" | "output" | "dimension",
  Name extends string = string,
> {
  readonly ref: Of;
  readonly name: Name;
}

/** A command. `Refs` is the union of the references in it, so that its step can be checked to have them. */
export interface ShellDeclaration<Refs extends WordRef = WordRef> {
  readonly kind: "work";
  readonly type: "shell";
  readonly argv: readonly (string | Refs)[];
  readonly env: Readonly<Record<string, string | Refs>>;
  readonly script?: true;
}

/** An image with its own entry point. `Refs` as in a command. */
export interface ContainerDeclaration<Refs extends WordRef = WordRef> {
  readonly kind: "work";
  readonly type: "container";
  readonly args?: readonly (string | Refs)[];
  readonly command?: readonly (string | Refs)[];
  readonly env: Readonly<Record<string, string | Refs>>;
}

export type ResourceValue =
  | Json
  | ResourceRef
  | readonly ResourceValue[]
  | { readonly [field: string]: ResourceValue | undefined };

/** A resource of a cluster, as its author declared it. */
export interface ResourceDeclaration {
  readonly kind: "work";
  readonly type: "kubernetesResource";
  readonly manifest: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly [field: string]: ResourceValue | undefined;
  };
  readonly succeeded: ResourceCondition | readonly ResourceCondition[];
  readonly failed: ResourceCondition | readonly ResourceCondition[];
  readonly pods?: Readonly<Record<string, string | ResourceRef>>;
  readonly values?: Readonly<Record<string, ResourcePath>>;
  readonly keep?: ResourceKeep;
}

export interface OutputDeclaration<Type extends OutputType = OutputType> {
  readonly kind: "output";
  readonly type: Type;
  readonly path?: string;
  readonly optional?: boolean;
  readonly description?: string;
}

/** A reference to what another task will yield: all of a reader's dimensions must tell which one. */
export interface OutputRef<
  Type extends OutputType = OutputType,
  Dimension extends string = string,
  Ordered extends string = string,
> {
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
  previous<D extends Dimension & Ordered>(dimension: D): PreviousRef<Type, Dimension, D>;
}

export interface CollectedRef<Type extends OutputType = OutputType> {
  readonly kind: "collected-ref";
  readonly step: string;
  readonly output: string;
  readonly type: Type;
  readonly atLeast: number;
}

export interface PreviousRef<
  Type extends OutputType = OutputType,
  Dimension extends string = string,
  Along extends string = string,
> {
  readonly kind: "previous-ref";
  readonly step: string;
  readonly output: string;
  readonly type: Type;
  readonly by: readonly Dimension[];
  readonly dimension: Along;
}

/** An output of the very step that reads it, at the value before its own. */
export interface OwnPreviousRef<Output extends string = string, Along extends string = string> {
  readonly kind: "own-previous-ref";
  readonly output: Output;
  readonly dimension: Along;
}

export type InputDeclaration = Json | OutputRef | CollectedRef | PreviousRef | OwnPreviousRef | undefined;

export interface StepRef {
  readonly kind: "step";
  readonly name: string;
}

/** A step, or the name of one, which may be declared further down. */
export type StepName = StepRef | string;
/** Order without data; `done` waits for it whatever becomes of it. */
export type AfterDeclaration = StepName | { readonly step: StepName; readonly outcome: "succeeded" | "done" };

/** A step as its author declared it; the planner checks it and turns it into a `PlanStep`. */
export interface StepDeclaration {
  readonly name: string;
  readonly options: StepOptionsData;
  /** `file:line` of the call. */
  readonly at: string | undefined;
}

/** What functions of a step are told about one of its tasks. */
export interface TaskGiven<Row extends object = Readonly<Record<string, Scalar | null>>, By extends string = string> {
  /**
   * The scenario of the task. Where several share the task (its step does not vary by all dimensions), only columns that
   * are equal in all of them can be read; reading another one is an error, and `scenarios` has them all.
   */
  readonly scenario: Row;
  /** All scenarios of the task, in the order of the set. */
  readonly scenarios: readonly Row[];
  /** The values of the step's own dimensions. */
  readonly key: Pick<Row, By & keyof Row>;
}

export type ScenarioFunction<T> = (given: TaskGiven) => T;

export interface ResourcesOption {
  /** Cores: `0.5`, or `"500m"`. One core if absent. */
  readonly cpu?: number | string;
  /** Bytes, or a text such as `"512Mi"` or `"1.5Gi"`. Not limited if absent. */
  readonly memory?: number | string | undefined;
  /** What it may write in a cluster, beside volumes: bytes, or a text such as `"10Gi"`. Not limited elsewhere. */
  readonly disk?: number | string | undefined;
  /** Whole cards. Refused where the platform does not count them, as on `local`: limit their users with a pool there. */
  readonly gpu?: number | undefined;
}

export interface PackOption {
  /** A pod is handed so many tasks of the step in all, one after the other. */
  readonly upTo: number;
  /** After so long it is handed no more: `"30m"` if absent, or milliseconds. */
  readonly atMost?: number | string;
  /** It goes away when it has had nothing to do for so long: `"10s"` if absent, or milliseconds. */
  readonly idle?: number | string;
}

export interface RetryOption {
  /** New attempts after an error or a timeout of the task's own; 0 if absent. */
  readonly user?: number;
  readonly timeout?: number;
  /** New attempts after memory ran out, each with more of it. `attempts` counts the retries. */
  readonly outOfMemory?: { readonly attempts?: number; readonly memory?: string; readonly upTo: number | string };
  /** New attempts after its disk was full, with as much of it, or each with more. `attempts` counts the retries. */
  readonly disk?: number | { readonly attempts?: number; readonly disk?: string; readonly upTo: number | string };
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
  readonly after?: AfterDeclaration | readonly AfterDeclaration[];
  readonly on?: string;
  readonly lastAttemptOn?: string;
  readonly image?: string | BuildDeclaration;
  readonly kubernetes?: PodOptions;
  readonly secrets?: SecretRefs;
  readonly resources?: ResourcesOption | ScenarioFunction<ResourcesOption>;
  readonly environment?: EnvironmentDeclaration | EnvironmentOptions;
  readonly retry?: RetryOption;
  readonly timeout?: number | string;
  readonly pools?: Readonly<Record<string, number>>;
  readonly priority?: number | ScenarioFunction<number>;
  readonly concurrency?: number;
  readonly pack?: PackOption;
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
