import type { Checked, ResponseOf } from "../../api/operations.ts";
import { bindPlan, platformsBehind } from "../../core/profile.ts";
import { makeTopology } from "../../core/topology.ts";
import type { ServiceContext } from "../services/service.ts";
import { describeEdges, describeLeftOut, describeSelection, describeSteps } from "./describe-plan.ts";
import type { Expected } from "./expect-durations.ts";
import { joinLines } from "./join-lines.ts";
import type { KnownPlan } from "./plan-book.ts";
import { planWish } from "./plan-wish.ts";
import { placesOf } from "./step-places.ts";

type Preview = ResponseOf<"previewRun">;

/** What planning takes; no store. */
export type PlanningContext = Pick<ServiceContext, "project" | "anyFile" | "makePlan">;

const nothingExpected: Expected = { steps: [], runMs: undefined };

/** Plans a pipeline and says what a run of it would do, and what `expect` says of how long that takes. */
export async function previewPlan(
  context: PlanningContext,
  { plan: withPlan, forecast: _, ...wish }: Checked<"previewRun">,
  expect: (known: KnownPlan) => Promise<Expected> = () => Promise.resolve(nothingExpected),
): Promise<Preview> {
  const { plan, planHash, profile } = await planWish(context, wish);
  const known = { plan, topology: makeTopology(plan) };
  const bound = profile === undefined ? plan : bindPlan(plan, platformsBehind(plan, profile));
  const expected = await expect({ ...known, plan: bound });
  const steps = describeSteps(known);
  const places = profile === undefined ? [] : placesOf(plan, profile);
  return {
    pipeline: plan.pipeline,
    planHash,
    ...(plan.description === undefined ? {} : { description: plan.description }),
    params: plan.params as Preview["params"],
    coverage: describeSelection(plan),
    ...(profile === undefined ? {} : { profile: profile.name }),
    tasks: steps.reduce((sum, { tasks }) => sum + tasks, 0),
    steps: steps.map((step, index) => {
      const expectedMs = expected.steps[index];
      const place = places[index];
      return {
        ...step,
        ...(place === undefined ? {} : { place }),
        ...(expectedMs === undefined ? {} : { expectedMs }),
      };
    }),
    edges: describeEdges(known),
    joins: joinLines(known.topology),
    leftOut: describeLeftOut(plan),
    ...(expected.runMs === undefined ? {} : { expectedMs: expected.runMs }),
    ...(withPlan ? { plan: plan as unknown as Preview["plan"] } : {}),
  };
}
