import { gunzip } from "node:zlib";
import { promisify } from "node:util";
import type { Plan } from "../../core/plan.ts";
import type { Database, Statement } from "../database.ts";

const decompress = promisify(gunzip);

const selectPlan: Statement = { name: "get_plan", text: "select content from flotilla.plan where hash = $1" };

export async function getPlan(database: Database, hash: string): Promise<Plan | undefined> {
  const [row] = await database.query<{ content: Buffer }>(selectPlan, [hash]);
  return row === undefined ? undefined : (JSON.parse((await decompress(row.content)).toString("utf8")) as Plan);
}
