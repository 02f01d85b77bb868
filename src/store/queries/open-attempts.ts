import type { RunId } from "../../core/ids.ts";
import { textArray } from "../array-literal.ts";
import type { Database, Statement } from "../database.ts";
import type { OpenAttempts } from "../store.ts";

// Run by run through the index of open attempts: read as a whole it would go through those that ended since it was last vacuumed,
// of all runs: 140 ms after 100,000.
const countOpen: Statement = {
  name: "open_attempts",
  text: `select run_id as run, step, platform, count(*)::int as running
    from flotilla.attempt where run_id = any ($1::text[]) and state <> 'ended'
    group by run_id, step, platform order by run_id, step, platform`,
};

export async function openAttempts(database: Database, runs: readonly RunId[]): Promise<readonly OpenAttempts[]> {
  if (runs.length === 0) return [];
  return database.query<OpenAttempts>(countOpen, [textArray(runs, (run) => run)]);
}
