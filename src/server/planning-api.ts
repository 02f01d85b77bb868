import { checkRequest } from "../api/check-request.ts";
import type { Api } from "../api/operations.ts";
import { type PlanningContext, previewPlan } from "./plans/preview-plan.ts";

/** What of the API needs no store: plans, without how long they would take. */
export function planningApi(context: PlanningContext): Pick<Api, "previewRun"> {
  return { previewRun: async (request) => previewPlan(context, checkRequest("previewRun", request)) };
}
