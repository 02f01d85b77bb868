import type { Pool } from "../core/admission.ts";
import type { PoolRow } from "../store/store.ts";

/**
 * What this engine believes about pools. Its own starts and ends are counted as they happen; what other engines do comes
 * in when the view is refreshed. Believing too much is safe: the store counts again in the transaction of the start.
 */
export class PoolView {
  readonly pools = new Map<string, Pool>();

  refresh(rows: readonly PoolRow[]): void {
    for (const { name, capacity, used } of rows) this.pools.set(name, { capacity, used });
  }

  take(holds: Readonly<Record<string, number>>): void {
    this.#add(holds, 1);
  }

  give(holds: Readonly<Record<string, number>>): void {
    this.#add(holds, -1);
  }

  #add(holds: Readonly<Record<string, number>>, sign: 1 | -1): void {
    for (const name in holds) {
      const pool = this.pools.get(name);
      if (pool !== undefined) pool.used += sign * holds[name]!;
    }
  }
}
