import type { RunDetail } from "../../api/schemas/run.ts";
import { runStateFacts } from "../../core/task-state.ts";
import type { RunRow } from "../../store/store.ts";
import {
  describeDimensions,
  describeEdges,
  describeLeftOut,
  describeSelection,
  describeSteps,
} from "../plans/describe-plan.ts";
import { knownPlan } from "../plans/plan-book.ts";
import { runAt } from "../runs/find-run.ts";
import { stepMedians } from "../runs/forecast.ts";
import { rateOf } from "../runs/rates.ts";
import { summariseRun } from "../runs/summarise-run.ts";
import type { Service } from "./service.ts";

/** How a run stands. Reads its row and at most fifty tasks of each step, whatever its size. */
export const getRun: Service<"getRun"> = async (context, { run }) => {
  const { store } = context;
  const row = await runAt(context, run);
  const known = await knownPlan(store, row);
  const medians = await stepMedians(context, row);
  const perSecond = rateOf(context, row);
  const { description } = known.plan;
  return {
    ...(await summariseRun(context, row)),
    ...(description === undefined ? {} : { description }),
    coverage: describeSelection(known.plan),
    dimensions: describeDimensions(known.plan),
    steps: describeSteps(known).map((step, index) => ({
      ...step,
      counts: row.counts[index]!,
      ...(medians[index] === undefined ? {} : { medianMs: medians[index] }),
    })),
    edges: describeEdges(known),
    leftOut: describeLeftOut(known.plan),
    ...(perSecond === undefined ? {} : { perSecond }),
    actions: actionsOn(row),
  };
};

/** What the run could be asked now. */
function actionsOn({ state, quarantined }: Pick<RunRow, "state" | "quarantined">): RunDetail["actions"] {
  if (runStateFacts[state].ended) return ["restart"];
  if (state === "cancelling") return [];
  return [state === "paused" || quarantined ? "resume" : "pause", "cancel", "restart"];
}
