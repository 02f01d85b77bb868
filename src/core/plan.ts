import type { Json, JsonObject } from "./json.ts";
import type { PodOptions } from "./pod-options.ts";
import type { ResourceWork } from "./resource-work.ts";
import type { SecretRefs } from "./secret-ref.ts";
import type { RetryClass } from "./retry-class.ts";

/** A value that may stand in a scenario's column. */
export type Scalar = string | number | boolean;

/**
 * One column of the scenario table, dictionary-encoded: row `r` holds `values[codes[r]]`.
 * The values of a dimension are in the order that the dimension has (declared, else numeric or by code point), those of
 * a label in order of first appearance.
 */
export interface Column {
  readonly name: string;
  /** A dimension identifies a row; a label (weight, tier) merely describes it. */
  readonly role: "dimension" | "label";
  /** Whether `.previous()` may be asked for along this dimension. */
  readonly ordered?: boolean;
  readonly values: readonly (Scalar | null)[];
  readonly codes: readonly number[];
}

/** The selected scenarios, as plain data. Rows keep the order of their source. */
export interface ScenarioTable {
  readonly size: number;
  readonly columns: readonly Column[];
}

/** What a task asks its platform for. `cpu` in cores (fractions allowed), memory and disk in bytes. */
export interface Resources {
  readonly cpu: number;
  readonly memoryBytes?: number;
  /** What it may write where it runs, beside what is mounted there; limited in a cluster alone. */
  readonly diskBytes?: number;
  readonly gpu?: number;
}

/** One value for all tasks of a step, or a table of distinct values and, for each task, the index of its own. */
export type PerTask<T> = { readonly all: T } | { readonly values: readonly T[]; readonly of: readonly number[] };

/** How often, and how, an attempt that ended in a class is tried again. */
export interface RetryRule {
  /** New attempts after the first that ended so. */
  readonly retries: number;
  /** First wait; doubled each time up to `backoffMaxMs`, then a random part of it is taken away (jitter). */
  readonly backoffMs?: number;
  readonly backoffMaxMs?: number;
  /** For `out_of_memory` and `disk`: the request is multiplied by `factor` each time, up to `limitBytes`. */
  readonly growth?: { readonly factor: number; readonly limitBytes: number };
}

/** Rules by class; a class that is absent has the default of its kind (`core/retry.ts`). */
export interface RetryPolicy {
  readonly rules: { readonly [K in RetryClass]?: RetryRule };
  /** Exception types (Python class names, or `Error` names in Node) that end the task at once as `user_fatal`. */
  readonly fatalErrors?: readonly string[];
}

/** The interpreter that a Python step runs in. */
export type PythonEnvironment =
  /** `python` as found on the machine: a name on PATH, or an absolute path. */
  | { readonly type: "interpreter"; readonly python: string }
  /** Built once by content into `.flotilla/environments/`. Paths are relative to the project. */
  | {
      readonly type: "venv";
      readonly python: string;
      readonly source: "requirements" | "pyproject" | "uv.lock";
      readonly path: string;
      /** SHA-256 over everything that determines the result: the files' content, the interpreter asked for. */
      readonly hash: string;
      /** For the name of the step that builds it. */
      readonly name?: string;
    };

/** What an image is made from. Paths are relative to the project. */
export interface ImageRecipe {
  readonly from: string;
  /** A file of what `pip` is to install. */
  readonly requirements?: string;
  /** Files, and folders with all that is in them. */
  readonly files: readonly string[];
  /** Of its repository, and for the name of the step that makes it. */
  readonly name?: string;
}

/** What a task of a step does. */
export type Work =
  | {
      readonly type: "python";
      readonly module: string;
      readonly function: string;
      readonly environment: PythonEnvironment;
      readonly freshProcess?: boolean;
    }
  | { readonly type: "node"; readonly module: string; readonly function: string }
  /** `argv` is run without a shell. `${name}` stands for an argument only as a whole element; see the shell kind. */
  | {
      readonly type: "shell";
      readonly argv: readonly ShellWord[];
      readonly env: { readonly [name: string]: ShellWord };
    }
  /** Its image's own entry point, or `command` in its place; `args` take the place of the image's own. No shell reads any of it. */
  | {
      readonly type: "container";
      readonly command?: readonly ShellWord[];
      readonly args?: readonly ShellWord[];
      readonly env: { readonly [name: string]: ShellWord };
    }
  | { readonly type: "noop" }
  /** Applies a resource of a Kubernetes cluster, and waits for what becomes of it. */
  | ResourceWork
  /** Builds a venv; inserted by the planner before the steps that need it. */
  | { readonly type: "environment"; readonly environment: Extract<PythonEnvironment, { type: "venv" }> }
  /**
   * Makes an image and yields it by digest, as its output `image`; inserted by the planner before the steps that need it.
   * Where there are no containers it builds the venv with the same requirements, if there is a Python step to use it.
   */
  | {
      readonly type: "image";
      readonly recipe: ImageRecipe;
      readonly environment?: Extract<PythonEnvironment, { type: "venv" }>;
    };

/** The file in which a container step leaves its value outputs, in its folder of outputs. */
export const containerValuesFile = "values.json";

/** A word of a command: fixed text, or the value (or path) of something the task is given. */
export type ShellWord = string | { readonly ref: "input" | "output" | "dimension"; readonly name: string };

/** What a task reads under a name. */
export type Input =
  | { readonly type: "value"; readonly value: Json }
  | {
      readonly type: "output";
      readonly step: string;
      readonly output: string;
      /** Present when the reader does not vary by all of the writer's dimensions, or asks for it: a keyed collection. */
      readonly collect?: { readonly atLeast: number };
      /** The task at the previous value of this ordered dimension; none at its first value (the input is then null). */
      readonly previous?: string;
    };

export const outputTypes = ["file", "folder", "number", "string", "boolean", "json"] as const;
export type OutputType = (typeof outputTypes)[number];

export interface Output {
  readonly type: OutputType;
  /** For files and folders: the name it is written under, relative to the attempt's output folder. */
  readonly path?: string;
  /** The task may leave it out (its value is then null). */
  readonly optional?: boolean;
  readonly description?: string;
}

/** Order without data. */
export interface After {
  readonly step: string;
  /** `succeeded`: as for an input. `done`: whatever became of it. */
  readonly outcome: "succeeded" | "done";
}

export interface PlanStep {
  readonly name: string;
  readonly description?: string;
  /** Dimensions, in the order of the scenario table. */
  readonly by: readonly string[];
  readonly work: Work;
  readonly inputs: { readonly [name: string]: Input };
  readonly outputs: { readonly [name: string]: Output };
  readonly after: readonly After[];
  /** Name of the platform, bound to a real one by the profile. */
  readonly on: string;
  /** Name of the platform for the last attempt that disruptions leave a task; see `last-attempt.ts`. */
  readonly lastAttemptOn?: string;
  /** The container image that its tasks run in, where the platform has containers: by name, or as another step makes it. */
  readonly image?: string | { readonly madeBy: string };
  /** What its pods are, beyond what their platform says, where it is a cluster. */
  readonly kubernetes?: PodOptions;
  readonly secrets?: SecretRefs;
  readonly resources: PerTask<Resources>;
  /** Units this step's tasks take from each pool while an attempt is alive. */
  readonly pools: { readonly [pool: string]: number };
  /** Higher goes first. */
  readonly priority: PerTask<number>;
  readonly retry: RetryPolicy;
  readonly timeoutMs?: number;
  /** At most this many tasks of the step at once. */
  readonly concurrency?: number;
  /** Its tasks may share a place, where the platform has places to share. */
  readonly pack?: PackLimits;
}

/** How long a place that carries out tasks of one step, one after the other, goes on. */
export interface PackLimits {
  /** So many tasks it is handed in all. */
  readonly upTo: number;
  /** After so long it is handed no more. */
  readonly atMostMs: number;
  /** It leaves when it has had nothing to do for so long. */
  readonly idleMs: number;
}

/** A step that the pipeline can have, and does not have with these parameters. */
export interface LeftOut {
  readonly step: string;
  /** In words: which parameter would bring it in. */
  readonly reason: string;
}

/** Coverage of a dimension by a selection. */
export interface DimensionCoverage {
  readonly dimension: string;
  readonly covered: number;
  readonly of: number;
}

export interface PlanSelection {
  readonly name: string;
  readonly scenarios: number;
  readonly of: number;
  readonly coverage: readonly DimensionCoverage[];
  /** Pairs of values of two dimensions that occur in the whole set, and how many of them are covered. */
  readonly pairs: { readonly covered: number; readonly of: number };
  /** What narrowed the selection further: the `--where` and `--scenario` of the command line, in words. */
  readonly narrowed: readonly string[];
}

/**
 * A pipeline evaluated for given parameters and a selection: plain data, versioned by its content (`planHash`).
 * Equal input gives equal bytes. Nothing in it depends on the machine, the clock or the order in which maps were filled.
 */
export interface Plan {
  readonly format: 1;
  readonly pipeline: string;
  readonly description?: string;
  readonly params: JsonObject;
  /** JSON Schema (draft 2020-12) of the parameters. */
  readonly paramsSchema: JsonObject;
  readonly selection: PlanSelection;
  readonly scenarios: ScenarioTable;
  /** In an order in which each step stands after what it reads. */
  readonly steps: readonly PlanStep[];
  readonly leftOut: readonly LeftOut[];
  /** One failed task ends the run: nothing new is started. */
  readonly failFast: boolean;
  readonly timeoutMs?: number;
  /** At most this many tasks of the run at once. */
  readonly concurrency?: number;
  /** Capacity of the pools that the steps use. */
  readonly pools: { readonly [pool: string]: number };
  /** SHA-256 of the bundled pipeline file: its version. */
  readonly source: string;
}
