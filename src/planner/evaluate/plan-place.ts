import type * as z from "zod";
import { firstIssue } from "../../core/first-issue.ts";
import type { PlanStep } from "../../core/plan.ts";
import { podOptions, podOptionsFault } from "../../core/pod-options.ts";
import { secretRefs } from "../../core/secret-ref.ts";
import type { StepDeclaration } from "../../sdk/declarations.ts";
import { refuseStep } from "./refuse-step.ts";

/** What a step says of its pods and its secrets. */
export function planPlace(step: StepDeclaration): Pick<PlanStep, "kubernetes" | "secrets"> {
  const { kubernetes, secrets } = step.options;
  const pods = kubernetes === undefined ? undefined : read(step, "kubernetes", podOptions, kubernetes);
  const fault = pods === undefined ? undefined : podOptionsFault(pods);
  if (fault !== undefined) refuseStep(step, "STEP_INVALID", `has kubernetes options that do not fit: ${fault}`, mend);
  return {
    ...(pods === undefined ? {} : { kubernetes: pods }),
    ...(secrets === undefined ? {} : { secrets: read(step, "secrets", secretRefs, secrets) }),
  };
}

const mend = "correct this member of the step";

function read<T>(step: StepDeclaration, name: string, schema: z.ZodType<T>, given: unknown): T {
  const found = schema.safeParse(given);
  if (found.success) return found.data;
  const { path, message } = firstIssue(found.error);
  refuseStep(step, "STEP_INVALID", `is declared wrongly: ${[name, path].filter(Boolean).join(".")}: ${message}`, mend);
}
