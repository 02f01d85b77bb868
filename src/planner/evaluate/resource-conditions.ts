import type { ResourceCondition, ResourcePath } from "../../core/resource-work.ts";
import type { StepDeclaration } from "../../sdk/declarations.ts";
import { refuseStep } from "./refuse-step.ts";

const forms = '{ condition: "Complete", is: "True" } or { path: ["status", "state"], equals: "COMPLETED" }';
const members: Readonly<Record<string, readonly string[]>> = {
  path: ["path", "equals", "message"],
  condition: ["condition", "is"],
};

/** The alternatives of a success or a failure, each of them in one of the two forms. Throws `STEP_INVALID`. */
export function checkConditions(
  step: StepDeclaration,
  which: "succeeded" | "failed",
  given: ResourceCondition | readonly ResourceCondition[],
): readonly ResourceCondition[] {
  const conditions = [given].flat() as ResourceCondition[];
  if (conditions.length === 0)
    refuseStep(step, "STEP_INVALID", `does not say when it has ${which}`, `give at least one: ${forms}`);
  for (const condition of conditions) {
    if (!isCondition(condition))
      refuseStep(
        step,
        "STEP_INVALID",
        `says that it has ${which} by ${JSON.stringify(condition)}`,
        `write it as ${forms}`,
      );
    if (!("path" in condition)) continue;
    checkPath(step, which, condition.path);
    if (condition.message !== undefined) checkPath(step, `the message of ${which}`, condition.message);
  }
  return conditions;
}

function isCondition(condition: unknown): condition is ResourceCondition {
  if (typeof condition !== "object" || condition === null) return false;
  const form = "path" in condition ? "path" : "condition";
  if (Object.keys(condition).some((name) => !members[form]!.includes(name))) return false;
  const { equals, condition: type, is } = condition as { equals?: unknown; condition?: unknown; is?: unknown };
  if (form === "path") return ["string", "number", "boolean"].includes(typeof equals);
  return typeof type === "string" && type !== "" && (is === "True" || is === "False" || is === "Unknown");
}

/** Throws `STEP_INVALID`. */
export function checkPath(step: StepDeclaration, what: string, path: ResourcePath): void {
  const isMember = (part: unknown): boolean =>
    (typeof part === "string" && part !== "") || (Number.isSafeInteger(part) && (part as number) >= 0);
  if (Array.isArray(path) && path.length > 0 && path.every(isMember)) return;
  refuseStep(
    step,
    "STEP_INVALID",
    `has a path for ${what} that is none: ${JSON.stringify(path)}`,
    'name the members one by one: ["status", "applicationState", "state"]',
  );
}
