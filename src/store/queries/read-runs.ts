import type { RunId } from "../../core/ids.ts";
import type { RunState } from "../../core/task-state.ts";
import { textArray } from "../array-literal.ts";
import type { Database, Statement } from "../database.ts";
import { runColumns, type RunRecord, toRunRow } from "../rows.ts";
import type { RunRow } from "../store.ts";

// 0.2 ms.
export const selectRun: Statement = { name: "get_run", text: `select ${runColumns} from flotilla.run where id = $1` };

const selectRuns: Statement = {
  name: "list_runs",
  text: `select ${runColumns} from flotilla.run
    where ($1::text is null or pipeline = $1) and ($2::text[] is null or state = any ($2)) and ($3::text is null or id < $3)
    order by id desc limit $4`,
};

export async function getRun(database: Database, run: RunId): Promise<RunRow | undefined> {
  const [record] = await database.query<RunRecord>(selectRun, [run]);
  return record === undefined ? undefined : toRunRow(record);
}

export async function listRuns(
  database: Database,
  {
    pipeline,
    states,
    before,
    limit,
  }: { pipeline?: string; states?: readonly RunState[]; before?: RunId; limit?: number },
): Promise<readonly RunRow[]> {
  if (states?.length === 0) return [];
  const values = [
    pipeline ?? null,
    states === undefined ? null : textArray(states, (state) => state),
    before ?? null,
    limit ?? null,
  ];
  return (await database.query<RunRecord>(selectRuns, values)).map(toRunRow);
}
