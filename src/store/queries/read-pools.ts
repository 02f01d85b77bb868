import { textArray } from "../array-literal.ts";
import type { Database, Statement } from "../database.ts";
import type { PoolRow } from "../store.ts";

// 0.1 ms. Units come as double precision, which pg reads as numbers; exact up to 2^53.
const selectPools: Statement = {
  name: "pools",
  text: `select name, capacity::float8, used::float8 from flotilla.pool
    where capacity is not null and ($1::text[] is null or name = any ($1)) order by name`,
};

export async function readPools(database: Database, names?: readonly string[]): Promise<readonly PoolRow[]> {
  if (names?.length === 0) return [];
  return database.query<PoolRow>(selectPools, [names === undefined ? null : textArray(names, (name) => name)]);
}
