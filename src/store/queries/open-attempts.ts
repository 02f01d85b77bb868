import type { Database, Statement } from "../database.ts";
import type { OpenAttempts } from "../store.ts";

// Reads the index of open attempts; there are about as many as there are places.
const countOpen: Statement = {
  name: "open_attempts",
  text: `select run_id as run, step, platform, count(*)::int as running from flotilla.attempt where state <> 'ended'
    group by run_id, step, platform order by run_id, step, platform`,
};

export async function openAttempts(database: Database): Promise<readonly OpenAttempts[]> {
  return database.query<OpenAttempts>(countOpen);
}
