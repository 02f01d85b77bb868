import { didYouMean } from "../../core/closest.ts";
import { defined } from "../../core/defined.ts";
import type { Json } from "../../core/json.ts";
import {
  isResourceRef,
  type ResourceManifest,
  type ResourceRef,
  resourceRefsIn,
  type ResourceWork,
  usualPods,
} from "../../core/resource-work.ts";
import type { ResourceDeclaration, StepDeclaration } from "../../sdk/declarations.ts";
import { whatIsNoJson } from "./json-values.ts";
import { isRef } from "./reads.ts";
import { refuseStep } from "./refuse-step.ts";
import { checkConditions, checkPath } from "./resource-conditions.ts";

/**
 * A resource of a cluster as its step describes it. Throws `STEP_INVALID`, and `WIRING_INVALID` for a reference to what the
 * step does not have.
 */
export function planResource(step: StepDeclaration, run: ResourceDeclaration): ResourceWork {
  refuseForeignOptions(step);
  const manifest = planManifest(step, run.manifest);
  const pods = run.pods === undefined ? usualPods(manifest) : planPods(step, run.pods);
  for (const reference of resourceRefsIn([manifest, pods ?? {}])) checkReference(step, reference);
  const { keep = "never" } = run;
  if (keep !== "never" && keep !== "failed" && keep !== "always")
    refuseStep(step, "STEP_INVALID", `has keep ${JSON.stringify(keep)}`, 'write "never", "failed" or "always"');
  return {
    type: "kubernetesResource",
    manifest,
    succeeded: checkConditions(step, "succeeded", run.succeeded),
    failed: checkConditions(step, "failed", run.failed),
    ...defined({ pods }),
    values: planValues(step, run.values ?? {}),
    keep,
  };
}

/** What it runs in, and with how much, its manifest says; the same said here would change nothing. */
function refuseForeignOptions(step: StepDeclaration): void {
  for (const name of ["image", "environment", "resources", "kubernetes", "secrets", "pack"] as const)
    if (step.options[name] !== undefined)
      refuseStep(
        step,
        "STEP_INVALID",
        `has the option ${name}, and is a resource of a cluster`,
        "say it in the manifest, where the kind has a field for it",
      );
}

function planManifest(step: StepDeclaration, given: ResourceDeclaration["manifest"]): ResourceManifest {
  const wrong = typeof given === "object" && given !== null ? whatIsNoJson(given) : "it is no object";
  if (wrong !== undefined)
    refuseStep(step, "STEP_INVALID", `has a manifest that is no JSON: ${wrong}`, "write it as plain data");
  const manifest = JSON.parse(JSON.stringify(given)) as ResourceManifest;
  const { apiVersion, kind } = manifest;
  if (typeof apiVersion !== "string" || !/^[a-z0-9][a-z0-9.-]*\/v[a-z0-9]+$/.test(apiVersion))
    refuseStep(
      step,
      "STEP_INVALID",
      `has a manifest with the apiVersion ${JSON.stringify(apiVersion)}`,
      "write group and version: batch/v1. Kinds without a group (Pod, Secret) are not made by steps",
    );
  if (typeof kind !== "string" || !/^[A-Z][A-Za-z0-9]*$/.test(kind))
    refuseStep(step, "STEP_INVALID", `has a manifest with the kind ${JSON.stringify(kind)}`, "write it as in Job");
  checkMetadata(step, manifest["metadata"] ?? {});
  return manifest;
}

/** Name and namespace are given; owners and finalizers would take from us when it goes. */
function checkMetadata(step: StepDeclaration, metadata: Json): void {
  const isObject = typeof metadata === "object" && metadata !== null && !Array.isArray(metadata);
  const other = isObject && Object.keys(metadata).find((name) => name !== "labels" && name !== "annotations");
  if (isObject && !isResourceRef(metadata) && other === undefined) return;
  refuseStep(
    step,
    "STEP_INVALID",
    `has a manifest with ${other === false ? "metadata that are no object" : `metadata.${other}`}`,
    'leave labels and annotations there alone: name and namespace are given. Its name is ref.resource("name")',
  );
}

function planPods(
  step: StepDeclaration,
  pods: NonNullable<ResourceDeclaration["pods"]>,
): NonNullable<ResourceWork["pods"]> {
  const entries = Object.entries(pods);
  const wrong = entries.find(([, value]) => typeof value !== "string" && !isResourceRef(value));
  if (wrong !== undefined || entries.length === 0)
    refuseStep(
      step,
      "STEP_INVALID",
      `selects its pods by ${wrong === undefined ? "nothing" : `${wrong[0]}: ${JSON.stringify(wrong[1])}`}`,
      'give labels: pods: { "ray.io/cluster": ref.resource("name") }',
    );
  return pods;
}

function checkReference(step: StepDeclaration, { ref, name }: ResourceRef): void {
  const { inputs = {}, by = [] } = step.options;
  const known = { input: Object.keys(inputs), dimension: by, resource: ["name"] }[ref];
  if (!known.includes(name))
    refuseStep(
      step,
      "WIRING_INVALID",
      `names the ${ref} ${name} in its manifest, and has none of that name`,
      `it has ${known.join(", ") || "none"}.${didYouMean(name, known)}`,
    );
  const input = ref === "input" ? inputs[name] : undefined;
  if (input !== undefined && isRef(input) && (input.type === "file" || input.type === "folder"))
    refuseStep(
      step,
      "WIRING_INVALID",
      `gives the ${input.type} ${name} to a resource, which has no place for it`,
      "give it a value: where the file lies in a store that the cluster reaches",
    );
}

function planValues(step: StepDeclaration, values: ResourceWork["values"]): ResourceWork["values"] {
  const { outputs = {} } = step.options;
  for (const [name, { type, optional }] of Object.entries(outputs)) {
    if (type === "file" || type === "folder")
      refuseStep(
        step,
        "STEP_INVALID",
        `declares the ${type} ${name}, which a resource of a cluster has no place to put in`,
        "let it write to a store that the cluster reaches, and yield a value that says where",
      );
    if (!Object.hasOwn(values, name) && optional !== true)
      refuseStep(
        step,
        "STEP_INVALID",
        `declares the output ${name} and does not say where in the object it stands`,
        `add it to values: { ${name}: ["status", "${name}"] }`,
      );
  }
  for (const [name, path] of Object.entries(values)) {
    if (!Object.hasOwn(outputs, name))
      refuseStep(
        step,
        "STEP_INVALID",
        `reads a value ${name} and declares no output of that name`,
        `declare it: outputs: { ${name}: number() }.${didYouMean(name, Object.keys(outputs))}`,
      );
    checkPath(step, `the value ${name}`, path);
  }
  return values;
}
