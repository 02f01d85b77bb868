import type { Database, Statement } from "../database.ts";
import type { OutputMedian, RunRow } from "../store.ts";

const selectKnown: Statement = {
  name: "known_numbers",
  text: "select numbers from flotilla.run_numbers where run_id = $1 and version = $2",
};

// TRAP: PostgreSQL's json functions fail for a whole statement at a `\u0000` or half a surrogate pair; so rows with escapes
// of that form are left out before they are looked into.
const workOut: Statement = {
  name: "work_out_numbers",
  text: `with made (step, outputs) as materialized (
      select split_part(ref, '[', 1), outputs from flotilla.task
      where run_id = $1 and state in ('succeeded', 'reused') and outputs is not null and position('\\u' in outputs::text) = 0
    ), number (step, output, value) as (
      select step, item.key, (item.value -> 'value')::text::float8 from made, json_each(outputs) item
      where json_typeof(item.value -> 'value') = 'number'
    ), median as (
      select step, output, percentile_cont(0.5) within group (order by value) as median from number group by step, output
    ), numbers (numbers) as (
      select coalesce(json_agg(json_build_object('step', step, 'output', output, 'median', median) order by step, output), '[]') from median
    )
    insert into flotilla.run_numbers as n (run_id, version, numbers)
    select r.id, $2, numbers from numbers, flotilla.run r where r.id = $1
    on conflict (run_id) do update set version = excluded.version, numbers = excluded.numbers
    returning numbers`,
};

/** Medians of an ended run's numbers, kept from then on. */
export async function outputMedians(
  database: Database,
  { id, version }: Pick<RunRow, "id" | "version">,
): Promise<readonly OutputMedian[]> {
  const [known] = await database.query<{ numbers: OutputMedian[] }>(selectKnown, [id, version]);
  if (known !== undefined) return known.numbers;
  const [made] = await database.query<{ numbers: OutputMedian[] }>(workOut, [id, version], { timeoutMs: 120_000 });
  return made?.numbers ?? [];
}
