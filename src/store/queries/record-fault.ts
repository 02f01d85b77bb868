import { storable } from "../array-literal.ts";
import type { Database, Statement } from "../database.ts";
import type { Fault } from "../store.ts";

// A lease without an owner: nobody may take the run before it is over. Repeated after a lost answer it finds another fence, and
// counts nothing twice.
const record: Statement = {
  name: "record_fault",
  text: `with noted as (
      update flotilla.run set fence = fence + 1, version = version + 1, faults = faults + 1, owner = null, claim_key = null,
        quarantined = faults + 1 >= $3, lease_until = clock_timestamp() + $4::float8 * interval '1 ms',
        state = case when faults + 1 >= $3 and state = 'running' then 'paused' else state end,
        why = case when faults + 1 >= $3 then $5 else why end
      where id = $1 and fence = $2 returning id
    )
    select pg_notify('flotilla_hint', id) from noted`,
};

export async function recordFault(database: Database, { run, fence, most, waitMs, why }: Fault): Promise<void> {
  await database.query(record, [run, fence, most, waitMs, storable(why)]);
}
