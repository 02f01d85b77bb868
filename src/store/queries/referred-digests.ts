import type { Digest } from "../../core/ids.ts";
import type { Database, Statement } from "../database.ts";

// Reads every document as text, so that what merely looks like a digest is kept too: a value may well refer to a blob.
// About 6 s for a million tasks; asked for by `gc` only.
const selectDigests: Statement = {
  name: "referred_digests",
  text: `with found as (
      select (regexp_matches(outputs::text, 'sha256:[0-9a-f]{64}', 'g'))[1] as digest from flotilla.task where outputs is not null
      union all select (regexp_matches(spec::text, 'sha256:[0-9a-f]{64}', 'g'))[1] from flotilla.attempt where spec is not null
      union all select (regexp_matches(request::text, 'sha256:[0-9a-f]{64}', 'g'))[1] from flotilla.request where not handled
      union all select code from flotilla.attempt
      union all select code from flotilla.run
    )
    select distinct digest from found where digest is not null`,
};

export async function referredDigests(database: Database): Promise<ReadonlySet<Digest>> {
  const rows = await database.query<{ digest: Digest }>(selectDigests, [], { timeoutMs: 600_000 });
  return new Set(rows.map(({ digest }) => digest));
}
