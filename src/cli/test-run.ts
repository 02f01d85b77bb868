import { runDetail } from "../../test/helpers/run-details.ts";
import type { RunDetail } from "../api/schemas/run.ts";
import type { Plan } from "../core/plan.ts";
import type { StateCounts } from "../core/task-state.ts";
import { makeTopology } from "../core/topology.ts";
import { describeEdges, describeSteps } from "../server/plans/describe-plan.ts";
import { countTasks } from "../server/runs/count-tasks.ts";
import { flights, runRow } from "./test-rows.ts";

interface RunOver extends Partial<RunDetail> {
  /** By step. */
  readonly counts?: readonly StateCounts[];
  /** What a task of each step takes. */
  readonly medians?: readonly (number | undefined)[];
}

/** A run of `flights` as the API tells of it, by default in the midst of it. */
export function shownRun(
  { counts = runRow().counts, medians = [], ...over }: RunOver = {},
  plan: Plan = flights,
): RunDetail {
  const { id, pipeline, state, why, version, createdAt, startedAt } = runRow();
  const known = { plan, topology: makeTopology(plan) };
  const steps = describeSteps(known).map((step, index) => {
    const medianMs = medians[index];
    return { ...step, counts: counts[index] ?? counts[0]!, ...(medianMs === undefined ? {} : { medianMs }) };
  });
  return runDetail({
    ...{ id, pipeline, state, why, version, createdAt, startedAt: startedAt! },
    steps: steps.slice(0, counts.length),
    edges: describeEdges(known),
    tasks: countTasks({ counts }),
    ...over,
  });
}
