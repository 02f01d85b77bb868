import { randomUUID } from "node:crypto";
import { FlotillaError } from "../../core/errors.ts";
import type { RunId } from "../../core/ids.ts";
import { storable } from "../array-literal.ts";
import type { Database, Statement } from "../database.ts";
import type { Request } from "../store.ts";

// 0.5 ms. Who asks wants the run to be tried again, whatever became of it before. The key makes it safe to repeat; the update that changes nothing lets the repetition answer with the id.
const insertRequest: Statement = {
  name: "add_request",
  text: `with freed as (
      update flotilla.run set faults = 0, quarantined = false, lease_until = case when owner is null then null else lease_until end
      where id = $1 and faults > 0
    ), added as (
      insert into flotilla.request (run_id, request, by, key)
      select id, $2, $3, $4 from flotilla.run where id = $1
      on conflict (key) do update set key = excluded.key
      returning id, run_id
    )
    select id, pg_notify('flotilla_hint', run_id) from added`,
};

/** Stores a request, and rejects with `RUN_NOT_FOUND` for a run that is not there. */
export async function addRequest(database: Database, run: RunId, request: Request, by: string): Promise<number> {
  const [row] = await database.query<{ id: number }>(insertRequest, [
    run,
    JSON.stringify(request),
    storable(by),
    randomUUID(),
  ]);
  if (row === undefined)
    throw new FlotillaError("RUN_NOT_FOUND", `no run ${run} in this store`, {
      mend: "list the runs with `flotilla runs`",
    });
  return row.id;
}
