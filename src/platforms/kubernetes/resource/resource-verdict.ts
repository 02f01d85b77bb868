import type { ResourceCondition, ResourceWork } from "../../../core/resource-work.ts";
import { valueAt } from "./resource-object.ts";
import type { ResourceObject } from "./resource-object.ts";

/** What an object tells of its end. */
export type ResourceVerdict =
  | { readonly type: "succeeded" }
  /** `reason` is one word where the object has one; `message` a sentence for people. */
  | { readonly type: "failed"; readonly reason: string; readonly message: string };

/** Undefined as long as nothing is decided. What says both has failed: a success that is none is worse than the reverse. */
export function resourceVerdict(
  object: ResourceObject,
  { succeeded, failed }: Pick<ResourceWork, "succeeded" | "failed">,
): ResourceVerdict | undefined {
  const failure = failed.find((condition) => holds(object, condition));
  if (failure !== undefined) return { type: "failed", ...explain(object, failure) };
  return succeeded.some((condition) => holds(object, condition)) ? { type: "succeeded" } : undefined;
}

function holds(object: ResourceObject, condition: ResourceCondition): boolean {
  if ("path" in condition) return valueAt(object, condition.path) === condition.equals;
  return entryOf(object, condition.condition)?.["status"] === condition.is;
}

type Entry = Readonly<Record<string, unknown>>;

/** The entry of `status.conditions`; a controller of poor manners may have none, or no list. */
function entryOf(object: ResourceObject, type: string): Entry | undefined {
  const list = valueAt(object, ["status", "conditions"]);
  if (!Array.isArray(list)) return undefined;
  return (list as unknown[]).find((entry): entry is Entry => valueAt(entry, ["type"]) === type);
}

function explain(object: ResourceObject, condition: ResourceCondition): { reason: string; message: string } {
  if (!("path" in condition)) {
    const { reason, message } = entryOf(object, condition.condition) ?? {};
    return { reason: said(reason) ?? condition.condition, message: said(message) ?? "its controller does not say why" };
  }
  const { path, equals, message = [] } = condition;
  const told = message.length === 0 ? undefined : said(valueAt(object, message));
  return { reason: String(equals), message: told ?? `its ${path.join(".")} is ${String(equals)}` };
}

function said(value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
