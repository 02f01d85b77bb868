import { expectDurations } from "../plans/expect-durations.ts";
import { previewPlan } from "../plans/preview-plan.ts";
import type { Service } from "./service.ts";

/** Plans a pipeline and says what a run of it would do. Nothing is stored; without `forecast` the store is not asked either. */
export const previewRun: Service<"previewRun"> = (context, request) => {
  const { store } = context;
  if (!request.forecast) return previewPlan(context, request);
  return previewPlan(context, request, async (known) => {
    const [learnt, pools] = await Promise.all([store.stepDurations(known.plan.pipeline), store.pools()]);
    return expectDurations(known, learnt, pools);
  });
};
