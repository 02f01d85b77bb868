import type { Plan, PlanStep } from "../../core/plan.ts";
import { bindingOf, type NamedProfile } from "../../core/profile.ts";

/**
 * Where the tasks of a step run: the type of the platform behind its name, and the image where it has containers: its name,
 * or that of the step that makes it.
 */
export interface StepPlace {
  readonly type: string;
  readonly image?: string;
}

/** By the index of the step. */
export function placesOf({ steps }: Pick<Plan, "steps">, profile: NamedProfile): (StepPlace | undefined)[] {
  return steps.map((step) => placeOf(step, profile));
}

function placeOf({ on, image, work }: PlanStep, profile: NamedProfile): StepPlace | undefined {
  if (on === "noop" || work.type === "noop") return { type: "noop" };
  const binding = bindingOf(profile, on);
  if (binding === undefined || binding.type === "local") return binding && { type: binding.type };
  if (work.type === "image" || work.type === "kubernetesResource") return { type: binding.type };
  const given = typeof image === "object" ? image.madeBy : (image ?? binding.image);
  return { type: binding.type, ...(given === undefined ? {} : { image: given }) };
}
