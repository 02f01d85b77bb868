import { randomUUID } from "node:crypto";
import { FlotillaError } from "../../core/errors.ts";
import type { RunId } from "../../core/ids.ts";
import { storable } from "../array-literal.ts";
import type { Database, Statement } from "../database.ts";
import type { Once, Request } from "../store.ts";
import { claimKey, settleKey } from "./answers.ts";

// 0.5 ms. Who asks wants the run to be tried again, whatever became of it before. Its own key makes the statement safe to repeat; the
// update that changes nothing lets the repetition answer with the id. The caller's key leads to what was asked with it before.
const insertRequest: Statement = {
  name: "add_request",
  text: `with answer as (
      ${claimKey({ key: "$5", asked: "$6", run: "id", requestKey: "$4", from: "(select id from flotilla.run where id = $1) run" })}
    ), wanted as (
      select id from flotilla.run where id = $1 and ($5::text is null or exists (select from answer where request_key = $4))
    ), freed as (
      update flotilla.run r set faults = 0, quarantined = false, lease_until = case when owner is null then null else lease_until end
      from wanted where r.id = wanted.id and faults > 0
    ), added as (
      insert into flotilla.request (run_id, request, by, key)
      select id, $2, $3, $4 from wanted
      on conflict (key) do update set key = excluded.key
      returning id, run_id
    ), hint as (
      select id, pg_notify('flotilla_hint', run_id) from added
    )
    select id, null as asked from hint
    union all select r.id, asked from answer left join flotilla.request r on r.key = request_key where request_key is distinct from $4`,
};

interface RequestAnswer {
  readonly id: number | null;
  /** What was asked before with the same key. */
  readonly asked: string | null;
}

/** Stores a request, and rejects with `RUN_NOT_FOUND` for a run that is not there, `CONFLICT` for a key used otherwise. */
export async function addRequest(
  database: Database,
  run: RunId,
  request: Request,
  by: string,
  once?: Once,
): Promise<number> {
  const values = [run, JSON.stringify(request), storable(by), randomUUID(), once?.key ?? null, once?.asked ?? null];
  const ask = (): Promise<RequestAnswer[]> => database.query<RequestAnswer>(insertRequest, values);
  let [row] = await ask();
  // The same came in at the same moment, and was not to be seen yet when this statement began.
  if (row?.id === null) [row] = await ask();
  if (row === undefined)
    throw new FlotillaError("RUN_NOT_FOUND", `no run ${run} in this store`, {
      mend: "list the runs with `flotilla runs`",
    });
  await settleKey(database, once, row.asked);
  return row.id!;
}
