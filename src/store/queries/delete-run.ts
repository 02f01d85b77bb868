import type { RunId } from "../../core/ids.ts";
import type { Database, Statement } from "../database.ts";

// 0.25 s for a run of 63,000 tasks. An ended run that somebody owns, or that is asked something, is not over yet.
const deleteRows: Statement = {
  name: "delete_run",
  text: `with gone as (
      delete from flotilla.run
      where id = $1 and state in ('succeeded', 'failed', 'cancelled') and (lease_until is null or lease_until <= clock_timestamp())
        and not exists (select from flotilla.request where run_id = $1 and not handled)
      returning id
    ), tasks as (delete from flotilla.task using gone where run_id = gone.id),
    attempts as (delete from flotilla.attempt using gone where run_id = gone.id),
    requests as (delete from flotilla.request using gone where run_id = gone.id),
    numbers as (delete from flotilla.run_numbers using gone where run_id = gone.id),
    answers as (delete from flotilla.answer using gone where run_id = gone.id)
    select id from gone`,
};

// Fails with 23503, and changes nothing, when a run of one of these plans is created at the same moment.
const deletePlans: Statement = {
  name: "delete_plans",
  text: "delete from flotilla.plan where not exists (select from flotilla.run where plan_hash = hash)",
};

/** Removes an ended run with all its rows. False: it is not there, or not over. */
export async function deleteRun(database: Database, run: RunId): Promise<boolean> {
  return (await database.query(deleteRows, [run], { timeoutMs: 600_000 })).length > 0;
}

/** Removes plans that no run has any more. What is missed is removed the next time. */
export async function deleteUnusedPlans(database: Database): Promise<void> {
  await database.query(deletePlans).catch((error: unknown) => {
    if ((error as { cause?: { code?: unknown } }).cause?.code !== "23503") throw error;
  });
}
