import type { RunId } from "../../core/ids.ts";
import type { Database, Statement } from "../database.ts";
import { attemptColumns, type AttemptRecord, toAttemptRow } from "../rows.ts";
import type { AttemptRow } from "../store.ts";

const selectAll: Statement = {
  name: "list_attempts",
  text: `select ${attemptColumns} from flotilla.attempt
    where run_id = $1 and ($2::int is null or step = $2) and ($3::int is null or task = $3) order by step, task, number`,
};

// The condition as in the index of open attempts: 5 ms after 60,000 have just ended, less once they are vacuumed.
const selectOpen: Statement = {
  name: "list_open_attempts",
  text: `select ${attemptColumns} from flotilla.attempt
    where run_id = $1 and state <> 'ended' and ($2::int is null or step = $2) and ($3::int is null or task = $3) order by step, task, number`,
};

/** In order of (step, task, number). `open: false` means all. */
export async function listAttempts(
  database: Database,
  run: RunId,
  filter: { step?: number; task?: number; open?: boolean } = {},
): Promise<readonly AttemptRow[]> {
  const statement = filter.open === true ? selectOpen : selectAll;
  const records = await database.query<AttemptRecord>(statement, [run, filter.step ?? null, filter.task ?? null], {
    timeoutMs: 120_000,
  });
  return records.map(toAttemptRow);
}
