import { type Json, canonicalJson } from "../../core/json.ts";
import type { ImageRecipe, PlanStep, PythonEnvironment } from "../../core/plan.ts";
import type { StepDeclaration } from "../../sdk/declarations.ts";
import { freeName } from "./free-name.ts";
import { planImage } from "./plan-image.ts";

type Venv = Extract<PythonEnvironment, { type: "venv" }>;

/** An image, for the platform behind a name: what stands behind another may have other engines. */
interface Making {
  readonly name: string;
  readonly on: string;
  readonly recipe: ImageRecipe;
  readonly environment: Venv | undefined;
}

/**
 * Puts a step before those whose image is to be built. Steps on one platform share one where their recipes are equal.
 * @param declared those that were planned, in the same order
 */
export function addImageSteps(
  steps: readonly PlanStep[],
  declared: readonly StepDeclaration[],
  project: string,
): PlanStep[] {
  const makings = new Map<string, Making>();
  const taken = new Set(steps.map(({ name }) => name));
  const waiting = steps.map((step, index) => {
    const recipe = step.work.type === "noop" ? undefined : planImage(declared[index]!, project);
    if (recipe === undefined) return step;
    const { on } = step;
    const key = `${on} ${canonicalJson(recipe as unknown as Json)}`;
    const known = makings.get(key);
    const name = known?.name ?? freeName(recipe.name === undefined ? "image" : `image-${recipe.name}`, taken);
    makings.set(key, { name, on, recipe, environment: known?.environment ?? environmentLike(step, recipe) });
    return withImage(step, name);
  });
  return [...[...makings.values()].map(imageStep), ...waiting];
}

/** The step's environment, where it has the packages of the image: on this machine it stands for that. */
function environmentLike({ work }: PlanStep, { requirements }: ImageRecipe): Venv | undefined {
  if (work.type !== "python" || work.environment.type !== "venv") return undefined;
  const { environment } = work;
  return environment.source === "requirements" && environment.path === requirements ? environment : undefined;
}

function withImage(step: PlanStep, madeBy: string): PlanStep {
  return { ...step, image: { madeBy }, after: [...step.after, { step: madeBy, outcome: "succeeded" }] };
}

function imageStep({ name, on, recipe, environment }: Making): PlanStep {
  return {
    name,
    description: `builds an image from ${recipe.from}`,
    by: [],
    work: { type: "image", recipe, ...(environment === undefined ? {} : { environment }) },
    inputs: {},
    outputs: {
      image: { type: "string", optional: true, description: "by its digest; null where there are no containers" },
    },
    after: [],
    on,
    resources: { all: { cpu: 1 } },
    pools: {},
    priority: { all: 0 },
    retry: { rules: { user: { retries: 1, backoffMs: 5000 } } },
  };
}
