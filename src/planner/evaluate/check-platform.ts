import { didYouMean } from "../../core/closest.ts";
import type { PerTask, PlanStep } from "../../core/plan.ts";
import { mergePodOptions, podOptionsFault } from "../../core/pod-options.ts";
import { kindOf } from "../../core/resource-work.ts";
import { type Binding, bindingOf, type NamedProfile, namesIn } from "../../core/profile.ts";
import { type SecretSources, unknownSecret } from "../../core/secret-sources.ts";
import { formatBytes } from "../../core/units.ts";
import type { StepDeclaration } from "../../sdk/declarations.ts";
import { refuseStep } from "./refuse-step.ts";

/**
 * Refuses a step that cannot run where the profile sends it: on a name that is not bound or without the image that it
 * needs (`STEP_INVALID`), or asking for more than the platform promises in all (`RESOURCES_IMPOSSIBLE`).
 */
export function checkPlatform(declared: StepDeclaration, planned: PlanStep, profile: NamedProfile): void {
  checkOne(declared, planned, profile);
  const { lastAttemptOn } = planned;
  if (lastAttemptOn === undefined) return;
  checkOne(declared, { ...planned, on: lastAttemptOn }, profile);
  if (typeof declared.options.image === "object") checkLastImage(declared, planned, profile);
}

function checkOne(declared: StepDeclaration, planned: PlanStep, profile: NamedProfile): void {
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
  checkBuild(declared, planned, binding);
  checkHelper(declared, planned, binding);
  checkGpus(declared, planned, binding);
  checkSize(declared, planned, binding);
  checkPods(declared, planned, binding);
  checkSecrets(declared, planned, binding);
}

/** Where any name is taken, a slip in `local` would go unnoticed until another profile is used. */
function isMistyped({ platforms }: NamedProfile, on: string): boolean {
  return on !== "local" && !Object.hasOwn(platforms, on) && didYouMean(on, ["local"]) !== "";
}

/** What a container runs it gets from its image. */
function checkWork(declared: StepDeclaration, { on, work }: PlanStep, binding: Binding): void {
  const { image } = declared.options;
  if (binding.type === "local") {
    if (work.type === "container")
      refuseStep(
        declared,
        "STEP_INVALID",
        `runs on ${on}, which is this machine, and is a container step: there are no containers`,
        `bind ${on} to a platform that has them, in flotilla.config.ts: ${on}: docker()`,
      );
    return;
  }
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

function checkImage(declared: StepDeclaration, { on, work }: PlanStep, binding: Binding): void {
  const { image } = declared.options;
  const needsNone = binding.type === "local" || work.type === "noop" || work.type === "kubernetesResource";
  if (needsNone || image !== undefined || binding.image !== undefined) return;
  refuseStep(
    declared,
    "STEP_INVALID",
    `runs on ${on} (${binding.type}) and has no image to run in`,
    `give it one (image: "python:3.12-slim"), or all steps on ${on}: ${binding.type}({ image: … })`,
  );
}

/** The nodes of a cluster get an image from a registry, and from nowhere else. */
function checkBuild(declared: StepDeclaration, { on }: PlanStep, binding: Binding): void {
  if (typeof declared.options.image !== "object" || binding.type !== "kubernetes" || binding.registry !== undefined)
    return;
  refuseStep(
    declared,
    "STEP_INVALID",
    `runs on ${on} (kubernetes) in an image that is to be built, and there is no registry to keep it in`,
    `name one that the cluster pulls from: ${on}: kubernetes({ registry: "registry.example/team", … })`,
  );
}

/** It is built for the place of the first attempts, and the last one must find it at its own. */
function checkLastImage(declared: StepDeclaration, { on, lastAttemptOn }: PlanStep, profile: NamedProfile): void {
  const [first, last] = [on, lastAttemptOn!].map((name) => imagesOf(bindingOf(profile, name)));
  if (first === last) return;
  refuseStep(
    declared,
    "STEP_INVALID",
    `has its last attempt on ${lastAttemptOn}, where the image that is built for ${on} is not`,
    "let the profile name the same registry for both",
  );
}

/** Equal for platforms that have the same images. */
function imagesOf(binding: Binding | undefined): string {
  if (binding === undefined || binding.type === "local") return "";
  return binding.registry ?? (binding.type === "docker" ? `engine ${binding.host ?? ""}` : "");
}

/** In a pod something with Python stands beside an image that need not have it. */
function checkHelper(declared: StepDeclaration, { on, work }: PlanStep, binding: Binding): void {
  if (work.type !== "container" || binding.type !== "kubernetes") return;
  if (binding.helperImage !== undefined || binding.image !== undefined) return;
  refuseStep(
    declared,
    "STEP_INVALID",
    `is a container step on ${on} (kubernetes), where nothing could bring it its inputs and take its outputs`,
    `name an image with Python 3.9 or newer for that: ${on}: kubernetes({ helperImage: "python:3.12-slim" })`,
  );
}

/** Accepted and not counted, two tasks would get the same card. */
function checkGpus(declared: StepDeclaration, { on, resources }: PlanStep, binding: Binding): void {
  const gpus = mostOf(resources, ({ gpu = 0 }) => gpu);
  if (gpus === 0 || binding.type === "kubernetes") return;
  const there = binding.type === "docker" ? binding.gpus : undefined;
  if (there !== undefined && gpus <= there) return;
  refuseStep(
    declared,
    "RESOURCES_IMPOSSIBLE",
    there === undefined
      ? `asks for ${gpus} GPU, and the platform ${on} neither counts GPUs nor hands them out`
      : `asks for ${gpus} GPU, and the platform ${on} has ${there} in all`,
    binding.type === "docker"
      ? `say how many cards it has: ${on}: docker({ gpus: ${gpus} })`
      : "leave `gpu` out, and let a pool say how many tasks may use the cards at once: `pools: { gpu: 1 }` of the pipeline and of the step",
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

/** What the step and its platform say must fit together. */
function checkPods(declared: StepDeclaration, { on, kubernetes }: PlanStep, binding: Binding): void {
  if (binding.type !== "kubernetes") return;
  const fault = podOptionsFault(mergePodOptions(binding, kubernetes));
  if (fault !== undefined)
    refuseStep(
      declared,
      "STEP_INVALID",
      `and its platform ${on} ask for pods that cannot be: ${fault}`,
      "change its kubernetes options, or those of the platform",
    );
}

/** A cluster has secrets of its own; elsewhere the profile says where they are. */
function checkSecrets(declared: StepDeclaration, { on, secrets = {} }: PlanStep, binding: Binding): void {
  if (binding.type === "kubernetes") return;
  const sources: SecretSources = binding.type === "docker" ? (binding.secretSources ?? {}) : {};
  const unknown = unknownSecret(secrets, sources);
  if (unknown === undefined) return;
  const { name, key } = unknown;
  refuseStep(
    declared,
    "STEP_INVALID",
    `needs the secret ${name} (${key}), and the platform ${on} (${binding.type}) does not know where it is`,
    binding.type === "docker"
      ? `say so in the profile: ${on}: docker({ secretSources: { ${JSON.stringify(name)}: { ${JSON.stringify(key)}: { env: "…" } } } }), or { file: "…" }`
      : `run it on a docker() or kubernetes() platform`,
  );
}

function mostOf<T>(values: PerTask<T>, size: (value: T) => number): number {
  return "all" in values ? size(values.all) : values.values.reduce((most, value) => Math.max(most, size(value)), 0);
}
