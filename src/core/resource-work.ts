import type { Json } from "./json.ts";
import type { Scalar } from "./plan.ts";

/** A resource of a Kubernetes cluster that stands for a task: what is applied, when it is over, and what it yields. */
export interface ResourceWork {
  readonly type: "kubernetesResource";
  /** As it is sent, but for its name and namespace, with references in places of whole values (`isResourceRef`). */
  readonly manifest: ResourceManifest;
  /** One of them is enough. */
  readonly succeeded: readonly ResourceCondition[];
  /** One of them is enough; they are looked at before those of success. */
  readonly failed: readonly ResourceCondition[];
  /** The labels of the pods whose logs are the task's. */
  readonly pods?: { readonly [label: string]: string | ResourceRef };
  /** Where the value outputs stand in the object, once it has succeeded. */
  readonly values: { readonly [output: string]: ResourcePath };
  /** What of it stays in the cluster when the task is over. One that was cancelled never does. */
  readonly keep: ResourceKeep;
}

export interface ResourceManifest {
  /** `batch/v1`: a group and a version. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly [field: string]: Json;
}

/** Members and indices, from the root of the object. */
export type ResourcePath = readonly (string | number)[];

export type ResourceKeep = "never" | "failed" | "always";

export type ResourceCondition =
  /** A value of the object; `message` leads to what the object says of it. */
  | { readonly path: ResourcePath; readonly equals: Scalar; readonly message?: ResourcePath }
  /** An entry of `status.conditions`, by its type. */
  | { readonly condition: string; readonly is: "True" | "False" | "Unknown" };

/** Stands for a whole value of a manifest; `name` of a `resource` is `name`, its own. */
export interface ResourceRef {
  readonly ref: "input" | "dimension" | "resource";
  readonly name: string;
  /** Its text, for fields that take nothing else: `"7"` for 7. */
  readonly as?: "text";
}

/**
 * TRAP: in the JSON of a plan a reference is known by its members alone. No field of Kubernetes holds an object of
 * just these; one that did would be refused when it is planned, as naming what the step does not have.
 */
export function isResourceRef(value: unknown): value is ResourceRef {
  if (typeof value !== "object" || value === null || !("ref" in value) || !("name" in value)) return false;
  const { ref, name, ...rest } = value as { ref: unknown; name: unknown; as?: unknown };
  const isKnown = ref === "input" || ref === "dimension" || ref === "resource";
  return isKnown && typeof name === "string" && Object.keys(rest).every((key) => key === "as" && rest.as === "text");
}

/** All references in a manifest, in the order in which they stand. */
export function resourceRefsIn(value: unknown): ResourceRef[] {
  if (typeof value !== "object" || value === null) return [];
  return isResourceRef(value) ? [value] : Object.values(value).flatMap(resourceRefsIn);
}

/** `batch/v1/Job`: as a profile lists the kinds that may be made. */
export function kindOf({ apiVersion, kind }: Pick<ResourceManifest, "apiVersion" | "kind">): string {
  return `${apiVersion}/${kind}`;
}

/** The usual labels of pods, where they are known. */
export function usualPods({ apiVersion, kind }: Pick<ResourceManifest, "apiVersion" | "kind">): ResourceWork["pods"] {
  if (kindOf({ apiVersion, kind }) !== "batch/v1/Job") return undefined;
  return { "batch.kubernetes.io/job-name": { ref: "resource", name: "name" } };
}
