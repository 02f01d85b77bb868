import type { OutputType } from "../core/plan.ts";
import type { PodOptions } from "../core/pod-options.ts";
import type { SecretRefs } from "../core/secret-ref.ts";
import type {
  AfterDeclaration,
  BuildDeclaration,
  CollectedRef,
  EnvironmentDeclaration,
  InputDeclaration,
  OutputDeclaration,
  OutputRef,
  OwnPreviousRef,
  PackOption,
  PreviousRef,
  ResourcesOption,
  RetryOption,
  StepDeclaration,
  StepOptionsData,
  StepRef,
  TaskGiven,
  WorkDeclaration,
} from "./declarations.ts";
import type { environment } from "./environment.ts";
import type { ScenarioShape } from "./scenario-types.ts";
import type { CheckInputs, CheckWork } from "./wiring-types.ts";

type Inputs = Readonly<Record<string, InputDeclaration>>;
type Outputs = Readonly<Record<string, OutputDeclaration>>;

/** What a step says of itself. `By`, `I`, `O` and `W` follow from what is written; the others from the pipeline. */
export interface StepOptions<
  Dimension extends string,
  Shape extends ScenarioShape,
  Pool extends string,
  By extends readonly Dimension[],
  I extends Inputs,
  O extends Outputs,
  W extends WorkDeclaration,
> {
  /** The dimensions that it varies by; one task for all scenarios if absent. */
  readonly by?: By;
  readonly run: W & CheckWork<W, keyof I, keyof O, By[number]>;
  /**
   * Values by the names under which the task gets them: a value; an output of a step whose dimensions are among its own;
   * a collection; the previous value along an ordered dimension. An output of a step with other dimensions is many
   * values: the type asks for `.collect()`. `undefined` is left out, for what a step left out would give.
   */
  readonly inputs?: I & CheckInputs<I, By[number], O, Shape["ordered"]>;
  readonly outputs?: O;
  /** Order without data: steps that must have succeeded, or merely be done. A name may be that of a step further down. */
  readonly after?: AfterDeclaration | readonly AfterDeclaration[];
  /** Name of the platform; `local` if absent. */
  readonly on?: string;
  /**
   * Name of the platform for the last attempt after disruptions, where `on` is capacity that may be taken away: after
   * `retry.disrupted` of them, three if absent.
   */
  readonly lastAttemptOn?: string;
  /**
   * The container image that its tasks run in, where the platform has containers: a name, or `build({ … })`; the platform's
   * own if absent.
   */
  readonly image?: string | BuildDeclaration;
  /** What its pods are beyond what `kubernetes()` says of all of them: placement, volumes, further fields. Of no effect elsewhere. */
  readonly kubernetes?: PodOptions;
  /** Secrets by the names under which its tasks find them: the file that `NAME_FILE` in their environment names. */
  readonly secrets?: SecretRefs;
  /** What a task needs, or a function of its scenario. */
  readonly resources?: ResourcesOption | ((given: TaskGiven<Shape["row"], By[number]>) => ResourcesOption);
  /** For a Python function whose `python()` names none. */
  readonly environment?: EnvironmentDeclaration | Parameters<typeof environment>[0];
  readonly retry?: RetryOption;
  /** For one attempt: `"10m"` or milliseconds. */
  readonly timeout?: number | string;
  /** Units that each of its tasks takes from the pipeline's pools. */
  readonly pools?: { readonly [Name in Pool]?: number };
  /** Higher goes first; 0 if absent. */
  readonly priority?: number | ((given: TaskGiven<Shape["row"], By[number]>) => number);
  /** At most this many tasks of the step at once. */
  readonly concurrency?: number;
  /**
   * Lets its tasks share pods, one after the other, each still with its own state, log, retries and times: for many small tasks,
   * and for what takes long to import. Without meaning where nothing is to be shared.
   */
  readonly pack?: PackOption;
  readonly description?: string;
}

export interface Step<O extends Outputs, By extends string, Ordered extends string = string> extends StepRef {
  readonly outputs: { readonly [Name in keyof O]: OutputRef<O[Name]["type"], By, Ordered> };
}

/** Declares a step and answers with references to its outputs. */
export type DeclareStep<Dimension extends string, Shape extends ScenarioShape, Pool extends string> = <
  const By extends readonly Dimension[] = readonly [],
  const I extends Inputs = Record<never, never>,
  const O extends Outputs = Record<never, never>,
  const W extends WorkDeclaration = WorkDeclaration,
>(
  name: string,
  options: StepOptions<Dimension, Shape, Pool, By, I, O, W>,
) => Step<O, By[number], Shape["ordered"]>;

export function makeStep(
  name: string,
  options: StepOptionsData,
  caller: (...args: never[]) => unknown,
): { declaration: StepDeclaration; handle: Step<Record<string, OutputDeclaration>, string> } {
  const by = options?.by ?? [];
  const outputs = Object.entries(options?.outputs ?? {}).map(
    ([output, { type }]) => [output, makeRef({ step: name, output, type, by })] as const,
  );
  return {
    declaration: Object.freeze({ name, options: withoutOwn(name, options ?? {}), at: placeOfCall(caller) }),
    handle: Object.freeze({ kind: "step", name, outputs: Object.freeze(Object.fromEntries(outputs)) }),
  };
}

/** References to the step itself, as those to any other. */
function withoutOwn(step: string, options: StepOptionsData): StepOptionsData {
  const entries = Object.entries(options.inputs ?? {});
  if (!entries.some(([, input]) => isOwn(input))) return options;
  const by = options.by ?? [];
  const inputs = entries.map(([name, input]): [string, InputDeclaration] => {
    if (!isOwn(input)) return [name, input];
    const { output, dimension } = input;
    return [
      name,
      Object.freeze({
        kind: "previous-ref",
        step,
        output,
        type: options.outputs?.[output]?.type ?? "json",
        by,
        dimension,
      } satisfies PreviousRef),
    ];
  });
  return { ...options, inputs: Object.fromEntries(inputs) };
}

function isOwn(input: InputDeclaration): input is OwnPreviousRef {
  return typeof input === "object" && input !== null && "kind" in input && input.kind === "own-previous-ref";
}

function makeRef(source: { step: string; output: string; type: OutputType; by: readonly string[] }): OutputRef {
  const { step, output, type, by } = source;
  return Object.freeze({
    kind: "output-ref" as const,
    ...source,
    collect: ({ atLeast = 1 }: { atLeast?: number } = {}): CollectedRef =>
      Object.freeze({ kind: "collected-ref" as const, step, output, type, atLeast }),
    previous: <D extends string>(dimension: D): PreviousRef<OutputType, string, D> =>
      Object.freeze({ kind: "previous-ref" as const, step, output, type, by, dimension }),
  });
}

/** `file:line` of whoever called `caller`, through source maps where they are on. */
function placeOfCall(caller: (...args: never[]) => unknown): string | undefined {
  const trace: { stack?: string } = {};
  Error.captureStackTrace(trace, caller);
  const place = /\(?((?:file:\/\/)?\/[^():]+):(\d+):\d+\)?$/m.exec(trace.stack ?? "");
  return place === null ? undefined : `${place[1]!.replace(/^file:\/\//, "")}:${place[2]}`;
}
