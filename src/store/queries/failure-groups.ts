import type { RunId } from "../../core/ids.ts";
import type { RetryClass } from "../../core/retry-class.ts";
import type { Database, Statement } from "../database.ts";
import type { FailureGroup } from "../store.ts";

const groupFailures: Statement = {
  name: "failure_groups",
  text: `select cause, class, step, count(*)::int as tasks, (array_agg(error order by at, task))[1] as error,
      (array_agg(ref order by at, task))[1] as example, min(at) as "firstAt"
    from (
      select step, task, ref, coalesce(cause, '') as cause, coalesce(class, 'engine') as class, coalesce(error, '') as error, coalesce(ended_at, 0) as at
      from flotilla.task where run_id = $1 and state = 'failed'
    ) failed
    group by cause, class, step order by tasks desc, "firstAt", step, cause`,
};

/** Failed tasks of a run by cause, largest group first; the example is the earliest of its group. */
export async function failureGroups(database: Database, run: RunId): Promise<readonly FailureGroup[]> {
  return database.query<FailureGroup & { class: RetryClass }>(groupFailures, [run]);
}
