import { didYouMean } from "../../core/closest.ts";
import type { PerTask, PlanStep } from "../../core/plan.ts";
import type { StepDeclaration } from "../../sdk/declarations.ts";
import type { PlatformFacts } from "../messages.ts";
import { refuseStep } from "./refuse-step.ts";

/**
 * Refuses a step on a platform that there is not (`STEP_INVALID`), or that asks its platform for GPUs which it cannot
 * count (`RESOURCES_IMPOSSIBLE`): accepted and not counted, two tasks would get the same card.
 */
export function checkPlatform(
  declared: StepDeclaration,
  { on, resources }: PlanStep,
  platforms: Readonly<Record<string, PlatformFacts>>,
): void {
  const platform = Object.hasOwn(platforms, on) ? platforms[on] : undefined;
  if (platform === undefined)
    refuseStep(
      declared,
      "STEP_INVALID",
      `runs on ${on}, which is no platform here`,
      `there are ${Object.keys(platforms).join(", ")}.${didYouMean(on, Object.keys(platforms))}`,
    );
  const gpus = mostOf(resources, ({ gpu = 0 }) => gpu);
  if (gpus > 0 && !platform.countsGpus)
    refuseStep(
      declared,
      "RESOURCES_IMPOSSIBLE",
      `asks for ${gpus} GPU, and the platform ${on} neither counts GPUs nor hands them out`,
      "leave `gpu` out, and let a pool say how many tasks may use the cards at once: `pools: { gpu: 1 }` of the pipeline and of the step",
    );
}

function mostOf<T>(values: PerTask<T>, size: (value: T) => number): number {
  return "all" in values ? size(values.all) : values.values.reduce((most, value) => Math.max(most, size(value)), 0);
}
