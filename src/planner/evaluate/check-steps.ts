import { didYouMean } from "../../core/closest.ts";
import { FlotillaError } from "../../core/errors.ts";
import { dimensionsOf, type ScenarioSet } from "../../core/scenario-set.ts";
import type { PipelineDeclaration, StepDeclaration, StepOptionsData } from "../../sdk/declarations.ts";
import { checkArguments } from "./check-arguments.ts";
import { checkWiring } from "./check-wiring.ts";
import { refuseStep } from "./refuse-step.ts";

/** What names of pipelines and steps look like: they become parts of paths, of commands, and of names on platforms. */
export const namePattern = /^[a-z][a-zA-Z0-9_-]{0,62}$/;

/** Refuses what is declared wrongly, with the place of the declaration and what to do about it. */
export function checkSteps(pipeline: PipelineDeclaration, steps: readonly StepDeclaration[], set: ScenarioSet): void {
  if (steps.length === 0)
    throw new FlotillaError("STEP_INVALID", `the pipeline ${pipeline.name} has no steps with these parameters`, {
      mend: "declare at least one with step()",
    });
  const byName = new Map<string, StepDeclaration>();
  for (const step of steps) {
    checkName(step, byName);
    byName.set(step.name, step);
  }
  const dimensions = dimensionsOf(set);
  for (const step of steps) {
    checkOptions(step);
    checkDimensions(
      step,
      dimensions.map(({ name }) => name),
    );
    checkImage(step);
    checkArguments(step);
    checkPools(step, pipeline.pools);
    const { concurrency } = step.options;
    if (concurrency !== undefined && !isCount(concurrency))
      refuseStep(step, "STEP_INVALID", `has a concurrency of ${concurrency}`, "give a whole number of at least 1");
    checkWiring(step, byName, dimensions);
  }
}

/** A whole number of at least 1. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function checkName(step: StepDeclaration, known: ReadonlyMap<string, StepDeclaration>): void {
  if (!namePattern.test(step.name))
    refuseStep(
      step,
      "STEP_INVALID",
      "has a name that cannot be used",
      "begin with a small letter; then letters, digits, - and _, 63 in all at most",
    );
  const other = known.get(step.name);
  if (other !== undefined)
    refuseStep(
      step,
      "STEP_DUPLICATE",
      `is declared twice, first at ${other.at ?? "another place"}`,
      "give one of them another name",
    );
}

const knownOptions: Record<keyof StepOptionsData, true> = {
  by: true,
  run: true,
  inputs: true,
  outputs: true,
  after: true,
  on: true,
  lastAttemptOn: true,
  image: true,
  kubernetes: true,
  secrets: true,
  resources: true,
  environment: true,
  retry: true,
  timeout: true,
  pools: true,
  priority: true,
  concurrency: true,
  pack: true,
  description: true,
};

/** For those who write JavaScript, or look away when the editor complains. */
function checkOptions(step: StepDeclaration): void {
  for (const name of Object.keys(step.options))
    if (!Object.hasOwn(knownOptions, name))
      refuseStep(
        step,
        "STEP_INVALID",
        `has the option ${name}, which there is not`,
        `there are ${Object.keys(knownOptions).join(", ")}.${didYouMean(name, Object.keys(knownOptions))}`,
      );
  if (step.options.run?.kind !== "work")
    refuseStep(
      step,
      "STEP_INVALID",
      "has nothing to run",
      'say what it runs: run: python("package.module:function"), node(…), shell(…), kubernetesResource(…) or noop()',
    );
}

function checkImage(step: StepDeclaration): void {
  const { image } = step.options;
  const isOne = typeof image === "string" ? /^\S+$/.test(image) : image === undefined || image?.kind === "build";
  if (!isOne)
    refuseStep(
      step,
      "STEP_INVALID",
      `has the image ${JSON.stringify(image)}`,
      "name one as `docker pull` takes it: python:3.12-slim, or have it made: build({ from: … })",
    );
  if (typeof image === "object" && step.options.run.type === "kubernetesResource")
    refuseStep(
      step,
      "STEP_INVALID",
      "is a resource of a cluster, whose manifest names its images, and has one built",
      "leave `image` out, and name an image that is there in the manifest",
    );
}

function checkDimensions(step: StepDeclaration, dimensions: readonly string[]): void {
  const by = step.options.by ?? [];
  const twice = by.find((name, index) => by.indexOf(name) !== index);
  if (twice !== undefined) refuseStep(step, "STEP_INVALID", `varies by ${twice} twice`, "name each dimension once");
  for (const name of by)
    if (!dimensions.includes(name))
      refuseStep(
        step,
        "DIMENSION_UNKNOWN",
        `varies by ${name}, which is no dimension of the scenarios`,
        `there are ${dimensions.join(", ")}.${didYouMean(name, dimensions)}`,
      );
}

function checkPools(step: StepDeclaration, pools: Readonly<Record<string, number>>): void {
  for (const [name, units] of Object.entries(step.options.pools ?? {})) {
    const capacity = Object.hasOwn(pools, name) ? pools[name] : undefined;
    if (capacity === undefined)
      refuseStep(
        step,
        "STEP_INVALID",
        `takes from the pool ${name}, which the pipeline does not have`,
        `declare it: pools: { ${name}: 4 }`,
      );
    if (!isCount(units) || units > capacity)
      refuseStep(
        step,
        "STEP_INVALID",
        `takes ${units} of the pool ${name}, which has ${capacity}`,
        "take a whole number, at least one and at most what there is",
      );
  }
}
