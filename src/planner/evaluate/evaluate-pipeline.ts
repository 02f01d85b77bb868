import type { JsonObject } from "../../core/json.ts";
import type { Plan } from "../../core/plan.ts";
import { toTable } from "../../core/scenario-set.ts";
import { makeTopology } from "../../core/topology.ts";
import { parseDuration } from "../../sdk/quantities.ts";
import type { PipelineDeclaration } from "../../sdk/declarations.ts";
import type { EvaluationRequest } from "../messages.ts";
import { checkPipeline } from "./check-pipeline.ts";
import { checkPlatform } from "./check-platform.ts";
import { checkSteps } from "./check-steps.ts";
import { addEnvironmentSteps } from "./environment-steps.ts";
import { addImageSteps } from "./image-steps.ts";
import { findLeftOut } from "./left-out.ts";
import { orderSteps } from "./order-steps.ts";
import { planStep } from "./plan-step.ts";
import { readParams } from "./read-params.ts";
import { readScenarios } from "./read-scenarios.ts";
import { refuseStep } from "./refuse-step.ts";
import { chooseScenarios } from "./choose-scenarios.ts";

/** Turns a declared pipeline into a plan. Throws what is wrong with it, as `FlotillaError` with the place. */
export function evaluatePipeline(
  pipeline: PipelineDeclaration,
  request: EvaluationRequest,
  onExploring: () => void,
): { plan: Plan; selections: readonly string[] } {
  checkPipeline(pipeline);
  const { params, schema } = readParams(pipeline.params, request);
  const set = readScenarios(pipeline.scenarios, request.projectDirectory);
  const { chosen, selection, selections } = chooseScenarios(pipeline, set, request);
  const declared = pipeline.build(params);
  checkSteps(pipeline, declared, set);
  const planned = declared.map((step) => {
    const made = planStep(step, { scenarios: chosen, project: request.projectDirectory });
    if (request.profile !== undefined) checkPlatform(step, made, request.profile);
    return made;
  });
  const withImages = addImageSteps(planned, declared, request.projectDirectory);
  const steps = orderSteps(addEnvironmentSteps(withImages), declared);
  const timeoutMs = pipeline.timeout === undefined ? undefined : parseDuration(pipeline.timeout);
  const plan: Plan = {
    format: 1,
    pipeline: pipeline.name,
    ...(pipeline.description === undefined ? {} : { description: pipeline.description }),
    params: params as JsonObject,
    paramsSchema: schema,
    selection,
    scenarios: toTable(chosen),
    steps,
    leftOut: [],
    failFast: pipeline.failFast,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(pipeline.concurrency === undefined ? {} : { concurrency: pipeline.concurrency }),
    pools: pipeline.pools,
    source: request.source,
  };
  // What only the algebra can tell is wrong (the previous value of a dimension without order) is refused here.
  const { steps: shapes } = makeTopology(plan);
  for (const step of declared)
    if (shapes.every(({ name }) => name !== step.name))
      refuseStep(step, "STEP_INVALID", "has no task", "check its dimensions");
  if (!request.exploring) return { plan, selections };
  onExploring();
  const leftOut = findLeftOut(pipeline, params, schema, new Set(declared.map(({ name }) => name)));
  return { plan: { ...plan, leftOut }, selections };
}
