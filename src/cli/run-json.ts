import type { Plan } from "../core/plan.ts";
import type { RunRow } from "../store/store.ts";
import { isDriven } from "./engine-id.ts";
import { countTasks } from "../server/runs/count-tasks.ts";

/** A run as `--json` shows it. */
export function runJson(row: RunRow): object {
  const {
    id,
    pipeline,
    selection,
    params,
    state,
    why,
    quarantined,
    project,
    startedBy,
    createdAt,
    startedAt,
    endedAt,
    code,
    planHash,
  } = row;
  const driven = isDriven(row);
  const times = { createdAt, startedAt, endedAt };
  return {
    id,
    pipeline,
    selection,
    params,
    state,
    why,
    quarantined,
    driven,
    project,
    startedBy,
    ...times,
    code,
    plan: planHash,
    tasks: countTasks(row),
  };
}

export function stepsJson(row: RunRow, plan: Plan): object[] {
  return plan.steps.map(({ name, by }, index) => ({ name, by, tasks: row.counts[index] }));
}
