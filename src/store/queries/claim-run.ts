import { randomUUID } from "node:crypto";
import type { Database, Statement } from "../database.ts";
import { runColumns, type RunRecord, toRunRow } from "../rows.ts";
import type { Claim, ClaimOptions } from "../store.ts";

// 0.3 ms when there is nothing to take. There is something to do in a run that has not ended, or that is asked something, but not in one that is quarantined. $4
// names this call: when its answer was lost, the repetition gets the same run.
const claim: Statement = {
  name: "claim_run",
  text: `with todo as (
      select id from flotilla.run where state in ('running', 'paused', 'cancelling')
      union
      select run_id from flotilla.request where not handled
    ), free as (
      select r.id as free_id from todo join flotilla.run r on r.id = todo.id
      where ($3::text is null or r.id = $3) and ($6::text is null or r.profile = $6) and not r.quarantined
        and (r.lease_until is null or r.lease_until <= clock_timestamp() or r.claim_key = $4 or r.owner = $5)
      order by r.claim_key is not distinct from $4 desc, r.id
      limit 1
      for no key update of r skip locked
    )
    update flotilla.run set fence = fence + 1, owner = $1, lease_until = clock_timestamp() + $2::float8 * interval '1 ms', claim_key = $4
    from free where id = free_id
    returning ${runColumns}`,
};

export async function claimRun(database: Database, options: ClaimOptions): Promise<Claim | undefined> {
  const [record] = await database.query<RunRecord>(claim, [
    options.engine,
    options.leaseMs,
    options.run ?? null,
    randomUUID(),
    options.insteadOf ?? null,
    options.profile ?? null,
  ]);
  if (record === undefined) return undefined;
  const run = toRunRow(record);
  return { run, fence: run.fence };
}
