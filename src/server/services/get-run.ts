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
import { paceOf } from "../runs/rates.ts";
import { summariseRun } from "../runs/summarise-run.ts";
import { known } from "../tasks/describe-attempt.ts";
import type { Service, ServiceContext } from "./service.ts";

/** How a run stands. Reads its row and at most fifty tasks of each step, whatever its size. */
export const getRun: Service<"getRun"> = async (context, { run, failedSince }) => {
  const { store } = context;
  const { id } = await runAt(context, run);
  // TRAP: before the row. What is not open any more by then has been carried out, and the row read after it shows that.
  const asked = await store.openRequests([id]);
  const row = await runAt(context, id);
  const planned = await knownPlan(store, row);
  const medians = await stepMedians(context, row);
  const perSecond = paceOf(context, row).rate;
  const { description } = planned.plan;
  return {
    ...(await summariseRun(context, row)),
    ...(description === undefined ? {} : { description }),
    coverage: describeSelection(planned.plan),
    dimensions: describeDimensions(planned.plan),
    steps: describeSteps(planned).map((step, index) => ({
      ...step,
      counts: row.counts[index]!,
      ...(medians[index] === undefined ? {} : { medianMs: medians[index] }),
    })),
    edges: describeEdges(planned),
    leftOut: describeLeftOut(planned.plan),
    ...(perSecond === undefined ? {} : { perSecond }),
    actions: actionsOn(row),
    asked: [...new Set(asked.map(({ request }) => request.type))],
    ...(failedSince === undefined ? {} : { failures: await failuresSince(context, row, failedSince) }),
  };
};

/** Who watches a run shows a few failures as they come, and all of them grouped at its end. */
const mostFailures = 5;

async function failuresSince(
  { store }: ServiceContext,
  { id, version, counts }: RunRow,
  since: number,
): Promise<NonNullable<RunDetail["failures"]>> {
  if (version <= since || counts.every(({ failed }) => failed === 0)) return [];
  const rows = await store.listTasks(id, { states: ["failed"], sinceVersion: since, limit: mostFailures });
  return rows.map(({ ref, class: retryClass, error }) => ({
    ref,
    ...known("class", retryClass),
    ...known("error", error),
  }));
}

/** What the run could be asked now. */
function actionsOn({ state, quarantined }: Pick<RunRow, "state" | "quarantined">): RunDetail["actions"] {
  if (runStateFacts[state].ended) return ["restart"];
  if (state === "cancelling") return [];
  return [state === "paused" || quarantined ? "resume" : "pause", "cancel", "restart"];
}
