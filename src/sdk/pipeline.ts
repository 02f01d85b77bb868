import { z } from "zod";
import type { OutputDeclaration, PipelineDeclaration, ScenarioSource, SelectionDeclaration, StepDeclaration, StepOptionsData } from "./declarations.ts";
import { makeStep, type DeclareStep } from "./step.ts";

export interface PipelineOptions<Params extends z.ZodObject, Dimension extends string> {
  /** A zod object; each parameter should have a default or be given with `--param`. */
  readonly params?: Params;
  readonly scenarios: ScenarioSource<Dimension>;
  /** Named subsets; `all` is always there. */
  readonly selections?: Readonly<Record<string, SelectionDeclaration>>;
  /** The selection when none is asked for; `all` if absent. */
  readonly defaultSelection?: string;
  /** Capacity of the pools that steps may take from, shared by all runs in one store. */
  readonly pools?: Readonly<Record<string, number>>;
  /** Nothing new is started once a task has failed for good. */
  readonly failFast?: boolean;
  /** For a whole run: `"2h"` or milliseconds. */
  readonly timeout?: number | string;
  /** At most this many tasks of a run at once. */
  readonly concurrency?: number;
  readonly description?: string;
}

export interface BuildContext<Params extends z.ZodObject, Dimension extends string> {
  readonly params: z.output<Params>;
  readonly step: DeclareStep<Dimension>;
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
export function pipeline<Dimension extends string, Params extends z.ZodObject = z.ZodObject<Record<never, never>>>(
  name: string,
  options: PipelineOptions<Params, Dimension>,
  build: (context: BuildContext<Params, Dimension>) => void,
): PipelineDeclaration {
  const { params = z.object({}), scenarios, selections = {}, pools = {}, failFast = false, ...rest } = options;
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
      const step = (stepName: string, stepOptions: StepOptionsData & { outputs?: Record<string, OutputDeclaration> }): unknown => {
        const { declaration, handle } = makeStep(stepName, stepOptions, step);
        declared.push(declaration);
        return handle;
      };
      build({ params: values as z.output<Params>, step: step as unknown as DeclareStep<Dimension> });
      return declared;
    },
  });
}
