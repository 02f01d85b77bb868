import type { RunId } from "../../core/ids.ts";
import type { Database, Statement } from "../database.ts";

const release: Statement = {
  name: "release_run",
  text: `with released as (
      update flotilla.run set owner = null, lease_until = null, claim_key = null where id = $1 and fence = $2 returning id
    )
    select pg_notify('flotilla_hint', id) from released`,
};

export async function releaseRun(database: Database, run: RunId, fence: number): Promise<void> {
  await database.query(release, [run, fence]);
}
