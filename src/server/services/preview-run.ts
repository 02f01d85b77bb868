import { describeEdges, describeLeftOut, describeSelection, describeSteps } from "../plans/describe-plan.ts";
import { expectDurations } from "../plans/expect-durations.ts";
import { joinLines } from "../plans/join-lines.ts";
import { planWish } from "../plans/plan-wish.ts";
import { makeTopology } from "../../core/topology.ts";
import type { ResponseOf } from "../../api/operations.ts";
import type { Service } from "./service.ts";

type Preview = ResponseOf<"previewRun">;

/** Plans a pipeline and says what a run of it would do. Nothing is stored. */
export const previewRun: Service<"previewRun"> = async (context, { plan: withPlan, ...wish }) => {
  const { plan, planHash } = await planWish(context, wish);
  const known = { plan, topology: makeTopology(plan) };
  const [learnt, pools] = await Promise.all([context.store.stepDurations(plan.pipeline), context.store.pools()]);
  const expected = expectDurations(known, learnt, pools);
  const steps = describeSteps(known);
  return {
    pipeline: plan.pipeline,
    planHash,
    ...(plan.description === undefined ? {} : { description: plan.description }),
    params: plan.params as Preview["params"],
    coverage: describeSelection(plan),
    tasks: steps.reduce((sum, { tasks }) => sum + tasks, 0),
    steps: steps.map((step, index) => {
      const expectedMs = expected.steps[index];
      return { ...step, ...(expectedMs === undefined ? {} : { expectedMs }) };
    }),
    edges: describeEdges(known),
    joins: joinLines(known.topology),
    leftOut: describeLeftOut(plan),
    ...(expected.runMs === undefined ? {} : { expectedMs: expected.runMs }),
    ...(withPlan ? { plan: plan as unknown as Preview["plan"] } : {}),
  };
};
