import type { RunId } from "../../core/ids.ts";
import { textArray } from "../array-literal.ts";
import type { Database, Statement } from "../database.ts";
import type { Request, RequestRow } from "../store.ts";

// 0.2 ms: asked for about once a second by every engine.
const selectOpen: Statement = {
  name: "open_requests",
  text: "select id, run_id, request, by from flotilla.request where not handled and run_id = any ($1::text[]) order by id",
};

/** Requests not yet carried out, in the order in which they were made. */
export async function openRequests(database: Database, runs: readonly RunId[]): Promise<readonly RequestRow[]> {
  if (runs.length === 0) return [];
  const rows = await database.query<{ id: number; run_id: RunId; request: Request; by: string }>(selectOpen, [
    textArray(runs, (run) => run),
  ]);
  return rows.map(({ id, run_id, request, by }) => ({ id, run: run_id, request, by }));
}
