import { describeEdges, describeLeftOut, describeSelection, describeSteps } from "../plans/describe-plan.ts";
import { expectDurations } from "../plans/expect-durations.ts";
import { joinLines } from "../plans/join-lines.ts";
import type { KnownPlan } from "../plans/plan-book.ts";
import { planWish } from "../plans/plan-wish.ts";
import { makeTopology } from "../../core/topology.ts";
import type { ResponseOf } from "../../api/operations.ts";
import type { Service, ServiceContext } from "./service.ts";

type Preview = ResponseOf<"previewRun">;

/** Plans a pipeline and says what a run of it would do. Nothing is stored; without `forecast` the store is not asked either. */
export const previewRun: Service<"previewRun"> = async (context, { plan: withPlan, forecast, ...wish }) => {
  const { plan, planHash } = await planWish(context, wish);
  const known = { plan, topology: makeTopology(plan) };
  const expected = forecast ? await expectFrom(context, known) : { steps: [], runMs: undefined };
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

async function expectFrom({ store }: ServiceContext, known: KnownPlan): Promise<ReturnType<typeof expectDurations>> {
  const [learnt, pools] = await Promise.all([store.stepDurations(known.plan.pipeline), store.pools()]);
  return expectDurations(known, learnt, pools);
}
