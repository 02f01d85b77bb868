import { didYouMean } from "../../core/closest.ts";
import type { PerTask, PlanStep } from "../../core/plan.ts";
import { kindOf } from "../../core/resource-work.ts";
import { type Binding, bindingOf, type NamedProfile, namesIn } from "../../core/profile.ts";
import { formatBytes } from "../../core/units.ts";
import type { StepDeclaration } from "../../sdk/declarations.ts";
import { refuseStep } from "./refuse-step.ts";

/**
 * Refuses a step that cannot run where the profile sends it: on a name that is not bound or without the image that it
 * needs (`STEP_INVALID`), or asking for more than the platform promises in all (`RESOURCES_IMPOSSIBLE`).
 */
export function checkPlatform(declared: StepDeclaration, planned: PlanStep, profile: NamedProfile): void {
  const { on } = planned;
  if (on === "noop") return;
  const binding = isMistyped(profile, on) ? undefined : bindingOf(profile, on);
  if (binding === undefined)
    refuseStep(
      declared,
      "STEP_INVALID",
      `runs on ${on}, which is no platform of the profile ${profile.name}`,
      `there ${namesIn(profile).length === 1 ? "is" : "are"} ${namesIn(profile).join(", ")}.${didYouMean(on, namesIn(profile))} Another is bound in flotilla.config.ts: profiles.${profile.name}.platforms.${on}`,
    );
  checkWork(declared, planned, binding);
  checkResource(declared, planned, binding);
  checkImage(declared, planned, binding);
  checkGpus(declared, planned, binding);
  checkSize(declared, planned, binding);
}

/** Where any name is taken, a slip in `local` would go unnoticed until another profile is used. */
function isMistyped({ platforms }: NamedProfile, on: string): boolean {
  return on !== "local" && !Object.hasOwn(platforms, on) && didYouMean(on, ["local"]) !== "";
}

/** What a container runs it gets from its image. */
function checkWork(declared: StepDeclaration, { on, work, image }: PlanStep, binding: Binding): void {
  if (binding.type === "local") return;
  if (work.type === "node")
    refuseStep(
      declared,
      "STEP_INVALID",
      `runs on ${on} (${binding.type}) and is a Node function, which only this machine runs`,
      `leave it on local, or make it a shell step with an image that has Node`,
    );
  if (work.type === "python" && work.environment.type === "venv" && image === undefined)
    refuseStep(
      declared,
      "STEP_INVALID",
      `runs on ${on} (${binding.type}) in an environment of its own, which is not installed into a container`,
      `name the image that holds what ${work.environment.path} asks for: image: "…"`,
    );
}

/** It takes the way past our own rules for pods, so a person says of each kind that it may be made. */
function checkResource(declared: StepDeclaration, { on, work }: PlanStep, binding: Binding): void {
  if (work.type !== "kubernetesResource") return;
  const kind = kindOf(work.manifest);
  if (binding.type !== "kubernetes")
    refuseStep(
      declared,
      "STEP_INVALID",
      `runs on ${on} (${binding.type}) and is a resource of Kubernetes (${kind}), which only a cluster makes something of`,
      `run it on a name that is bound by kubernetes({ resources: [${JSON.stringify(kind)}] })`,
    );
  const { resources = [] } = binding;
  if (!resources.includes(kind))
    refuseStep(
      declared,
      "STEP_INVALID",
      `makes a ${kind}, which steps on ${on} may not: ${resources.length === 0 ? "no kind is listed there" : `they may make ${resources.join(", ")}`}`,
      `list it in flotilla.config.ts, if its author is to be trusted with it: kubernetes({ resources: [${JSON.stringify(kind)}] })`,
    );
}

function checkImage(declared: StepDeclaration, { on, image, work }: PlanStep, binding: Binding): void {
  if (
    binding.type === "local" ||
    work.type === "noop" ||
    work.type === "kubernetesResource" ||
    image !== undefined ||
    binding.image !== undefined
  )
    return;
  refuseStep(
    declared,
    "STEP_INVALID",
    `runs on ${on} (${binding.type}) and has no image to run in`,
    `give it one (image: "python:3.12-slim"), or all steps on ${on}: ${binding.type}({ image: … })`,
  );
}

/** Accepted and not counted, two tasks would get the same card. */
function checkGpus(declared: StepDeclaration, { on, resources }: PlanStep, binding: Binding): void {
  const gpus = mostOf(resources, ({ gpu = 0 }) => gpu);
  if (gpus === 0 || binding.type === "kubernetes") return;
  refuseStep(
    declared,
    "RESOURCES_IMPOSSIBLE",
    `asks for ${gpus} GPU, and the platform ${on} neither counts GPUs nor hands them out`,
    "leave `gpu` out, and let a pool say how many tasks may use the cards at once: `pools: { gpu: 1 }` of the pipeline and of the step",
  );
}

function checkSize(declared: StepDeclaration, { on, resources }: PlanStep, binding: Binding): void {
  if (binding.type === "kubernetes") return;
  const { cpus = Infinity, memoryBytes = Infinity } = binding;
  const cpu = mostOf(resources, (asked) => asked.cpu);
  const memory = mostOf(resources, (asked) => asked.memoryBytes ?? 0);
  const [asked, there] =
    cpu > cpus
      ? [`${cpu} CPU`, `${cpus}`]
      : memory > memoryBytes
        ? [`${formatBytes(memory)} of memory`, formatBytes(memoryBytes)]
        : [];
  if (asked === undefined) return;
  refuseStep(
    declared,
    "RESOURCES_IMPOSSIBLE",
    `asks for ${asked}, and the platform ${on} has ${there} in all`,
    `ask for less, or let the profile promise more: ${on}: ${binding.type}({ … })`,
  );
}

function mostOf<T>(values: PerTask<T>, size: (value: T) => number): number {
  return "all" in values ? size(values.all) : values.values.reduce((most, value) => Math.max(most, size(value)), 0);
}
