import type { ErrorCode, Place } from "../core/errors.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { NamedProfile } from "../core/profile.ts";

/** What the process that evaluates a pipeline file is told, as a JSON file named by its first argument. */
export interface EvaluationRequest {
  readonly pipelineFile: string;
  readonly projectDirectory: string;
  readonly params: Readonly<Record<string, Json>>;
  /** `name=value`, as typed; read by the parameter's type. */
  readonly paramTexts: readonly string[];
  readonly select?: string;
  readonly where: readonly string[];
  readonly scenarios: readonly string[];
  /** Undefined: steps may name any platform, and ask it for anything. */
  readonly profile?: NamedProfile;
  /** Whether to look for steps that other parameters would bring in. */
  readonly exploring: boolean;
  /** A plan, only what the pipeline can be given, or what a configuration file says. */
  readonly wanted: "plan" | "form" | "config";
  /** SHA-256 of the pipeline file and what it imports. */
  readonly source: string;
  /** Where what is wanted is written, as canonical JSON. */
  readonly planFile: string;
}

/** What a new run of a pipeline can be given. */
export interface PipelineForm {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema (draft 2020-12) of the parameters. */
  readonly paramsSchema: JsonObject;
  readonly selections: readonly string[];
  /** The one that is taken when none is named. */
  readonly defaultSelection: string;
  readonly scenarios: number;
  /** With the first of their values, in their order. */
  readonly dimensions: readonly { readonly name: string; readonly values: readonly string[]; readonly total: number }[];
}

export interface EvaluationError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly mend?: string;
  readonly place?: Place;
}

/** What it answers, once; `exploring` may come before, and says that only the search for left-out steps is still to do. */
export type EvaluationMessage = EvaluationAnswer | { readonly type: "exploring" };
export type EvaluationAnswer =
  | { readonly type: "planned"; readonly selections: readonly string[] }
  | { readonly type: "refused"; readonly error: EvaluationError };

/** Exit code of an evaluation that ran out of things to do before it was finished: Node's own for an `await` that nothing ends. */
export const unfinished = 13;
