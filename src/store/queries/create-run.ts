import { gzip } from "node:zlib";
import { promisify } from "node:util";
import type { RunId } from "../../core/ids.ts";
import type { Database, Statement } from "../database.ts";
import { toCountsText } from "../rows.ts";
import { storable } from "../array-literal.ts";
import type { NewRun, Once } from "../store.ts";
import { claimKey, settleKey } from "./answers.ts";

const compress = promisify(gzip);

// 0.6 ms, a flush of the disk included. A plan that is being deleted just now is waited for, and then found missing.
const insertRun: Statement = {
  name: "create_run",
  text: `with stored as (
      select hash from flotilla.plan where hash = $2 for key share
    ), answer as (
      ${claimKey({ key: "$12", asked: "$13", run: "$1", requestKey: "null", from: "stored" })}
    ), created as (
      insert into flotilla.run (id, plan_hash, pipeline, code, selection, params, state, why, counts, started_by, project, file, changed_params, profile, platforms, created_at)
      select $1, hash, $3, $4, $5, $6, 'running', $7, $8, $9, $10, $11, $14, $15, $16, extract(epoch from clock_timestamp())::float8 * 1000 from stored
      where $12::text is null or exists (select from answer where run_id = $1)
      on conflict (id) do nothing
      returning id
    ), hint as (
      select pg_notify('flotilla_hint', id) from created
    )
    select (select count(*) from stored)::int as plans, (select count(*) from hint)::int as created,
      (select run_id from answer) as run, (select asked from answer) as asked`,
};

const insertPlan: Statement = {
  name: "create_plan",
  text: "insert into flotilla.plan (hash, content) values ($1, $2) on conflict (hash) do nothing",
};

interface CreateAnswer {
  readonly plans: number;
  /** What the caller's key stands for. */
  readonly run: RunId | null;
  readonly asked: string | null;
}

/** Stores the run, and before it the plan unless the same content is there already. */
export async function createRun(database: Database, run: NewRun, once?: Once): Promise<RunId> {
  const { plan, planHash } = run;
  const values = [
    run.id,
    planHash,
    plan.pipeline,
    run.code ?? null,
    plan.selection.name,
    JSON.stringify(plan.params),
    storable(`started by ${run.startedBy}`),
    toCountsText(run.counts),
    storable(run.startedBy),
    storable(run.project),
    run.file === undefined ? null : storable(run.file),
    once?.key ?? null,
    once?.asked ?? null,
    run.changedParams === undefined ? null : JSON.stringify(run.changedParams),
    run.profile,
    JSON.stringify(run.platforms),
  ];
  for (;;) {
    const [row] = await database.query<CreateAnswer>(insertRun, values);
    if (row!.plans === 1) {
      await settleKey(database, once, row!.asked);
      return row!.run ?? run.id;
    }
    await database.query(insertPlan, [planHash, await compress(JSON.stringify(plan))]);
  }
}
