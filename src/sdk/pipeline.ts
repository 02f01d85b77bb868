import { z } from "zod";
import { FlotillaError } from "../core/errors.ts";
import type {
  PipelineDeclaration,
  ScenarioSource,
  SelectionDeclaration,
  StepDeclaration,
  StepOptionsData,
} from "./declarations.ts";
import { refuseUnknown } from "./refuse-unknown.ts";
import type { NoScenarios, ScenarioShape } from "./scenario-types.ts";
import { makeStep, type DeclareStep } from "./step.ts";

export interface PipelineOptions<
  Params extends z.ZodObject,
  Dimension extends string,
  Shape extends ScenarioShape,
  Pools extends Readonly<Record<string, number>>,
> {
  /** A zod object; each parameter should have a default or be given with `--param`. */
  readonly params?: Params;
  /** One task a step without it. */
  readonly scenarios?: ScenarioSource<Dimension, Shape>;
  /** Named subsets; `all` is always there. */
  readonly selections?: Readonly<Record<string, SelectionDeclaration>>;
  /** The selection when none is asked for; `all` if absent. */
  readonly defaultSelection?: string;
  /** Capacity of the pools that steps may take from, shared by all runs in one store. */
  readonly pools?: Pools;
  /** Nothing new is started once a task has failed for good. */
  readonly failFast?: boolean;
  /** For a whole run: `"2h"` or milliseconds. */
  readonly timeout?: number | string;
  /** At most this many tasks of a run at once. */
  readonly concurrency?: number;
  readonly description?: string;
}

export interface BuildContext<
  Params extends z.ZodObject,
  Dimension extends string,
  Shape extends ScenarioShape,
  Pool extends string,
> {
  readonly params: z.output<Params>;
  readonly step: DeclareStep<Dimension, Shape, Pool>;
}

/**
 * Declares a pipeline; the default export of a pipeline file. `build` runs once per plan with concrete parameters, so
 * `if` and `for` over parameters are plain TypeScript.
 *
 *     export default pipeline("hello", { scenarios: scenarios.product({ name: ["Ada", "Alan"] }) }, ({ step }) => {
 *       step("greet", { by: ["name"], run: python("hello:greet"), outputs: { greeting: string() } });
 *     });
 *
 * What is declared wrongly is refused when it is planned, with the place of the declaration.
 */
export function pipeline<
  Dimension extends string = never,
  Shape extends ScenarioShape = NoScenarios,
  Params extends z.ZodObject = z.ZodObject<Record<never, never>>,
  const Pools extends Readonly<Record<string, number>> = Record<never, never>,
>(
  name: string,
  options: PipelineOptions<Params, Dimension, Shape, Pools>,
  build: (context: BuildContext<Params, Dimension, Shape, keyof Pools & string>) => void,
): PipelineDeclaration {
  refuseUnknown("PIPELINE_INVALID", `the pipeline ${name}`, options, knownOptions);
  const { params = z.object({}), scenarios = single, selections = {}, pools = {}, failFast = false, ...rest } = options;
  return Object.freeze({
    ...rest,
    kind: "pipeline" as const,
    name,
    params,
    scenarios,
    selections,
    pools,
    failFast,
    build: (values: unknown): readonly StepDeclaration[] => {
      const declared: StepDeclaration[] = [];
      let finished = false;
      const step = (stepName: string, stepOptions: StepOptionsData): unknown => {
        if (finished) throw tooLate(name, `step ${stepName} was declared after the build function had returned`);
        const { declaration, handle } = makeStep(stepName, stepOptions, step);
        declared.push(declaration);
        return handle;
      };
      // `void` lets an asynchronous function through the type check; all it declares behind its first `await` would be lost.
      const returned: unknown = build({
        params: values as z.output<Params>,
        step: step as unknown as DeclareStep<Dimension, Shape, keyof Pools & string>,
      });
      finished = true;
      if (returned instanceof Promise) throw tooLate(name, "its build function is asynchronous");
      return declared;
    },
  });
}

const knownOptions = [
  "params",
  "scenarios",
  "selections",
  "defaultSelection",
  "pools",
  "failFast",
  "timeout",
  "concurrency",
  "description",
] satisfies (keyof PipelineOptions<z.ZodObject, string, ScenarioShape, Record<string, number>>)[];

function tooLate(pipelineName: string, what: string): FlotillaError {
  return new FlotillaError("PIPELINE_INVALID", `the pipeline ${pipelineName} cannot be built: ${what}`, {
    mend: "declare all steps at once; await what they need at the top of the file",
  });
}

/** The scenario of a pipeline that has none: one, without dimensions. */
const single: ScenarioSource = Object.freeze({
  kind: "scenarios" as const,
  dimensions: [],
  from: { type: "rows" as const, rows: [{}] },
});
