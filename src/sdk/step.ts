import type { Json } from "../core/json.ts";
import type { OutputType, Scalar } from "../core/plan.ts";
import type {
  CollectedRef,
  EnvironmentDeclaration,
  OutputDeclaration,
  OutputRef,
  PreviousRef,
  ResourcesOption,
  RetryOption,
  StepDeclaration,
  StepOptionsData,
  StepRef,
  WorkDeclaration,
} from "./declarations.ts";

/** The scenario that a function of it is given: its dimensions and labels. */
export type ScenarioGiven = { readonly scenario: Readonly<Record<string, Scalar | null>>; readonly key: Readonly<Record<string, Scalar>> };

/**
 * What a step with dimensions `By` may read: a value; an output of a step whose dimensions are among its own; a
 * collection; the previous value along an ordered dimension. An output of a step with other dimensions is many values:
 * the type asks for `.collect()`.
 */
export type InputOf<By extends string> = Json | OutputRef<OutputType, By> | CollectedRef | PreviousRef<OutputType, By> | undefined;

export type After = StepRef | { readonly step: StepRef; readonly outcome: "succeeded" | "done" };

export interface StepOptions<Dimension extends string, By extends readonly Dimension[], Outputs extends Readonly<Record<string, OutputDeclaration>>> {
  /** The dimensions that it varies by; one task for all scenarios if absent. */
  readonly by?: By;
  readonly run: WorkDeclaration;
  /** Values by the names under which the task gets them. `undefined` is left out, for what a step left out would give. */
  readonly inputs?: Readonly<Record<string, InputOf<By[number]>>>;
  readonly outputs?: Outputs;
  /** Order without data: steps that must have succeeded, or merely be done. */
  readonly after?: After | readonly After[];
  /** Name of the platform; `local` if absent. */
  readonly on?: string;
  /** What a task needs, or a function of its scenario. */
  readonly resources?: ResourcesOption | ((given: ScenarioGiven) => ResourcesOption);
  readonly environment?: EnvironmentDeclaration;
  readonly retry?: RetryOption;
  /** For one attempt: `"10m"` or milliseconds. */
  readonly timeout?: number | string;
  readonly pools?: Readonly<Record<string, number>>;
  /** Higher goes first; 0 if absent. */
  readonly priority?: number | ((given: ScenarioGiven) => number);
  /** At most this many tasks of the step at once. */
  readonly concurrency?: number;
  readonly description?: string;
}

export interface Step<Outputs extends Readonly<Record<string, OutputDeclaration>>, By extends string> extends StepRef {
  readonly outputs: { readonly [Name in keyof Outputs]: OutputRef<Outputs[Name]["type"], By> };
}

/** Declares a step and answers with references to its outputs. */
export type DeclareStep<Dimension extends string> = <
  const By extends readonly Dimension[] = readonly [],
  Outputs extends Readonly<Record<string, OutputDeclaration>> = Record<never, never>,
>(
  name: string,
  options: StepOptions<Dimension, By, Outputs>,
) => Step<Outputs, By[number]>;

export function makeStep(name: string, options: StepOptionsData, caller: (...args: never[]) => unknown): { declaration: StepDeclaration; handle: Step<Record<string, OutputDeclaration>, string> } {
  const by = options.by ?? [];
  const outputs = Object.entries(options.outputs ?? {}).map(([output, { type }]) => [output, makeRef({ step: name, output, type, by })] as const);
  return {
    declaration: Object.freeze({ name, options, at: placeOfCall(caller) }),
    handle: Object.freeze({ kind: "step", name, outputs: Object.freeze(Object.fromEntries(outputs)) }),
  };
}

function makeRef(source: { step: string; output: string; type: OutputType; by: readonly string[] }): OutputRef {
  const { step, output, type, by } = source;
  return Object.freeze({
    kind: "output-ref" as const,
    ...source,
    collect: ({ atLeast = 1 }: { atLeast?: number } = {}): CollectedRef => Object.freeze({ kind: "collected-ref" as const, step, output, type, atLeast }),
    previous: (dimension: string): PreviousRef => Object.freeze({ kind: "previous-ref" as const, step, output, type, by, dimension }),
  });
}

/** `file:line` of whoever called `caller`, through source maps where they are on. */
function placeOfCall(caller: (...args: never[]) => unknown): string | undefined {
  const trace: { stack?: string } = {};
  Error.captureStackTrace(trace, caller);
  const place = /\(?((?:file:\/\/)?\/[^():]+):(\d+):\d+\)?$/m.exec(trace.stack ?? "");
  return place === null ? undefined : `${place[1]!.replace(/^file:\/\//, "")}:${place[2]}`;
}
