import { FlotillaError } from "../../core/errors.ts";
import type { RunId } from "../../core/ids.ts";
import type { Database, Statement } from "../database.ts";
import type { Answered, Once, Request } from "../store.ts";

/**
 * A member of a `with` clause that claims a key, and yields what it stands for: what was made with it before, or what is about to
 * be made. Whoever comes second waits for the first, and then finds its answer. A key older than a day is taken anew.
 */
export function claimKey(values: {
  key: string;
  asked: string;
  run: string;
  requestKey: string;
  from: string;
}): string {
  const { key, asked, run, requestKey, from } = values;
  const keep = (column: string): string =>
    `${column} = case when a.answered_at < clock_timestamp() - interval '1 day' then excluded.${column} else a.${column} end`;
  return `insert into flotilla.answer as a (key, asked, run_id, request_key)
      select ${key}::text, ${asked}::text, ${run}, ${requestKey}::uuid from ${from} where ${key}::text is not null
      on conflict (key) do update set ${["asked", "run_id", "request_key", "answered_at"].map(keep).join(", ")}
      returning asked, run_id, request_key`;
}

const selectAnswer: Statement = {
  name: "answered",
  text: `select a.asked, a.run_id as run, r.request from flotilla.answer a left join flotilla.request r on r.key = a.request_key
    where a.key = $1 and a.answered_at >= clock_timestamp() - interval '1 day'`,
};

const deleteOld: Statement = {
  name: "forget_answers",
  text: "delete from flotilla.answer where answered_at < clock_timestamp() - interval '1 day'",
};

export async function answered(database: Database, key: string): Promise<Answered | undefined> {
  const [row] = await database.query<{ asked: string; run: RunId; request: Request | null }>(selectAnswer, [key]);
  return row === undefined ? undefined : { ...row, request: row.request ?? undefined };
}

/** Throws `CONFLICT` when the key was used for something else; otherwise sees to it that old ones are forgotten. */
export async function settleKey(database: Database, once: Once | undefined, asked: string | null): Promise<void> {
  if (once === undefined) return;
  if (asked !== null && asked !== once.asked)
    throw new FlotillaError("CONFLICT", "this idempotency key was used for another request", {
      mend: "make a new key for each thing that is asked",
    });
  await database.query(deleteOld);
}
