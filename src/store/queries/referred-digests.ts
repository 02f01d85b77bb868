import { type Digest, isDigest } from "../../core/ids.ts";
import type { Database, Statement } from "../database.ts";

// Reads every document as text, so that what merely looks like a digest is kept too: a value may well refer to a blob.
// Cutting the text up and looking at the pieces here is ten times as fast as a regular expression there: 0.3 s for 63,000 tasks.
const selectDigests: Statement = {
  name: "referred_digests",
  text: `with document (text) as (
      select outputs::text from flotilla.task where outputs is not null
      union all select spec::text from flotilla.attempt where spec is not null
      union all select request::text from flotilla.request where not handled
    ), found (digest) as (
      select 'sha256:' || left(piece, 64) from document, string_to_table(text, 'sha256:') with ordinality as t (piece, place) where place > 1
      union select code from flotilla.attempt where code is not null
      union select code from flotilla.run where code is not null
    )
    select distinct digest from found`,
};

export async function referredDigests(database: Database): Promise<ReadonlySet<Digest>> {
  const rows = await database.query<{ digest: Digest }>(selectDigests, [], { timeoutMs: 600_000 });
  return new Set(rows.map(({ digest }) => digest).filter(isDigest));
}
