import { defined } from "../../../core/defined.ts";
import type { Evidence, TaskError } from "../../../core/evidence.ts";
import type { Json } from "../../../core/json.ts";
import type { Output } from "../../../core/plan.ts";
import type { ResourceWork } from "../../../core/resource-work.ts";
import { checkValues } from "../../local/check-values.ts";
import type { Outcome } from "../../local/inspect-attempt.ts";
import { valueAt } from "./resource-object.ts";
import type { ResourceObject } from "./resource-object.ts";
import { resourceVerdict } from "./resource-verdict.ts";

type Outputs = Readonly<Record<string, Output>>;

interface Context {
  readonly outputs: Outputs;
  readonly host: string;
  /** Ours, as the object seldom says when it ended. */
  readonly now: number;
}

/** What comes of the attempt by what its object tells; undefined as long as that is nothing. */
export function resourceOutcome(
  object: ResourceObject,
  work: ResourceWork,
  { outputs, host, now }: Context,
): Outcome | undefined {
  const verdict = resourceVerdict(object, work);
  if (verdict === undefined) return undefined;
  const seen = { host, ...defined({ startedAt: startOf(object) }), endedAt: now };
  if (verdict.type === "failed")
    return failed(seen, { type: bounded(verdict.reason), message: bounded(verdict.message) });
  const values = resourceValues(object, work.values, outputs);
  return "error" in values
    ? failed(seen, values.error)
    : { evidence: { completed: true, ...seen }, outputs: values.outputs };
}

function failed(seen: Partial<Evidence>, error: TaskError): Outcome {
  return { evidence: { completed: false, ...seen, error }, outputs: {} };
}

/** Whoever ended it is told, if it was us; the rest is somebody else's doing. */
export function endedOutcome(
  object: ResourceObject | undefined,
  { why, host, endedByUs }: { readonly why: string; readonly host: string; readonly endedByUs?: "cancel" | "timeout" },
): Outcome {
  const startedAt = object && startOf(object);
  const how = endedByUs === undefined ? { gone: why } : { endedByUs };
  return { evidence: { completed: false, host, ...defined({ startedAt }), ...how }, outputs: {} };
}

/** The value outputs, from where the object has them, or what is wrong with what stands there. */
export function resourceValues(
  object: ResourceObject,
  paths: ResourceWork["values"],
  outputs: Outputs,
): ReturnType<typeof checkValues> {
  const values: Record<string, Json> = {};
  for (const [name, path] of Object.entries(paths)) {
    const value = valueAt(object, path);
    // What a server sent as JSON is JSON.
    if (value !== undefined) values[name] = value as Json;
    else if (outputs[name]?.optional !== true)
      return {
        error: {
          type: "OUTPUT_INVALID",
          message: `nothing stands at ${path.join(".")}, where the output ${name} is read`,
        },
      };
  }
  return checkValues(outputs, values);
}

function startOf({ metadata }: ResourceObject): number | undefined {
  const ms = Date.parse(metadata.creationTimestamp ?? "");
  return Number.isNaN(ms) ? undefined : ms;
}

/** A controller may write whatever it likes, also halves of characters and NUL, which no store takes. */
function bounded(text: string): string {
  return Buffer.from(text.slice(0, 16_384)).toString().replaceAll("\0", "\ufffd");
}
