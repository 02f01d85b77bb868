import { numberArray, storable, textArray } from "../array-literal.ts";
import type { Database, Statement } from "../database.ts";

// Sorted, as commits lock them; no write at all when nothing changes, which is so at every start but the first.
const upsertPools: Statement = {
  name: "set_pools",
  text: `insert into flotilla.pool as p (name, capacity)
    select name, capacity from unnest($1::text[], $2::bigint[]) as u (name, capacity) order by name
    on conflict (name) do update set capacity = excluded.capacity where p.capacity is distinct from excluded.capacity`,
};

/** Sets capacities in whole units; fractions are cut off. `Infinity` takes the limit away. */
export async function setPools(database: Database, capacities: Readonly<Record<string, number>>): Promise<void> {
  const pools = Object.entries(capacities);
  if (pools.length === 0) return;
  await database.query(upsertPools, [
    textArray(pools, ([name]) => storable(name)),
    numberArray(pools, ([, units]) => (Number.isFinite(units) ? Math.floor(units) : undefined)),
  ]);
}
