import type { RunSummary } from "../../api/schemas/run.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { RunRow } from "../../store/store.ts";
import { knownPlan } from "../plans/plan-book.ts";
import type { ServiceContext } from "../services/service.ts";
import { changedParams } from "./changed-params.ts";
import { countTasks } from "./count-tasks.ts";
import { expectedEnd } from "./forecast.ts";

/** A run as it stands in a list. Costs one look into memory, unless the run is from before changed parameters were noted. */
export async function summariseRun(context: ServiceContext, row: RunRow): Promise<RunSummary> {
  const changed = row.changedParams ?? (await changedOf(context, row));
  const expectedEndAt = await expectedEnd(context, row);
  const { id, pipeline, selection, state, why, quarantined, project, startedBy, createdAt, version } = row;
  return {
    id,
    pipeline,
    selection,
    profile: row.profile,
    params: row.params as RunSummary["params"],
    changedParams: [...changed],
    state,
    why,
    quarantined,
    driven: context.isDriven(row),
    project,
    startedBy,
    createdAt,
    ...(row.startedAt === undefined ? {} : { startedAt: row.startedAt }),
    ...(row.endedAt === undefined ? {} : { endedAt: row.endedAt }),
    ...(expectedEndAt === undefined ? {} : { expectedEndAt }),
    ...(row.code === undefined ? {} : { code: row.code }),
    plan: row.planHash,
    version,
    tasks: countTasks(row),
  };
}

/** A run that was deleted while it was listed must not take the list with it. */
async function changedOf({ store }: ServiceContext, row: RunRow): Promise<readonly string[]> {
  try {
    return changedParams((await knownPlan(store, row)).plan);
  } catch (error) {
    if (error instanceof FlotillaError && error.code === "RUN_NOT_FOUND") return [];
    throw error;
  }
}
