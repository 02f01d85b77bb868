import { FlotillaError } from "../../../core/errors.ts";
import { canonicalJson } from "../../../core/json.ts";
import type { Json, JsonObject } from "../../../core/json.ts";
import { parseAttemptId } from "../../../core/ids.ts";
import type { InputValue } from "../../../core/output-value.ts";
import { isResourceRef, type ResourceRef, type ResourceWork } from "../../../core/resource-work.ts";
import type { AttemptSpec } from "../../platform.ts";
import { finalizer, managedBy, runLabel } from "../pod-names.ts";
import { resourceLabel, resourceName } from "./resource-object.ts";

export type NewResource = JsonObject & { readonly metadata: JsonObject & { readonly name: string } };

/**
 * The object of an attempt: its manifest with the values that the task is given in place of the references, our name and
 * labels, and the finalizer that keeps its end readable: many controllers take away by themselves what is over.
 * @throws FlotillaError `TASK_CONFIG` where a reference stands for a file
 */
export function makeResource(spec: AttemptSpec, work: ResourceWork, namespace: string): NewResource {
  const filled = fill(work.manifest, spec) as { readonly metadata?: { labels?: JsonObject; annotations?: JsonObject } };
  const { labels, annotations } = filled.metadata ?? {};
  return {
    ...(filled as JsonObject),
    metadata: {
      name: resourceName(spec.id),
      namespace,
      labels: {
        ...labels,
        [managedBy.name]: managedBy.value,
        [resourceLabel]: spec.id,
        [runLabel]: parseAttemptId(spec.id)?.run ?? "",
      },
      annotations: { ...annotations, "flotilla.dev/pipeline": spec.pipeline, "flotilla.dev/task": spec.task },
      finalizers: [finalizer],
    },
  };
}

/**
 * The labels of the pods whose logs are the attempt's; undefined where nobody asked for any.
 * @throws FlotillaError `TASK_CONFIG`
 */
export function podLabels(spec: AttemptSpec, { pods }: ResourceWork): Readonly<Record<string, string>> | undefined {
  if (pods === undefined) return undefined;
  const text = (value: string | ResourceRef): string =>
    typeof value === "string" ? value : textOf(valueOf(value, spec));
  return Object.fromEntries(Object.entries(pods).map(([label, value]) => [label, text(value)]));
}

function fill(value: Json, spec: AttemptSpec): Json {
  if (typeof value !== "object" || value === null) return value;
  if (isResourceRef(value)) return valueOf(value, spec);
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => fill(item, spec));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fill(member, spec)]));
}

/** A whole value for a whole value: whatever it holds, it is never read as a part of the manifest. */
function valueOf(reference: ResourceRef, spec: AttemptSpec): Json {
  const value = plainValue(reference, spec);
  return reference.as === "text" ? textOf(value) : value;
}

function plainValue({ ref, name }: ResourceRef, { id, step, key, inputs }: AttemptSpec): Json {
  if (ref === "resource") return resourceName(id);
  if (ref === "dimension") return key[name] ?? null;
  const input: InputValue | undefined = inputs[name];
  if (input === undefined) return null;
  const items = "rows" in input ? input.rows.map(({ item }) => item) : [input];
  if (items.some((item) => "artifact" in item))
    throw new FlotillaError(
      "TASK_CONFIG",
      `the step ${step} gives the file ${name} to a resource, which has no place for it`,
    );
  if ("rows" in input)
    return input.rows.map(({ key: row, item }) => ({ ...row, [name]: "value" in item ? item.value : null }));
  return "value" in input ? input.value : null;
}

function textOf(value: Json): string {
  if (value === null) return "";
  return typeof value === "object" ? canonicalJson(value) : String(value);
}
