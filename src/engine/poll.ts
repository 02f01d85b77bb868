import type { Context } from "./context.ts";
import { takeOverOrphans } from "./take-over.ts";
import { isPassing } from "./commit.ts";
import { runStateFacts } from "../core/task-state.ts";

/** Reads what no hint may have told: requests, the end of runs that others own, runs without an owner, room in pools. */
export async function poll(context: Context, options: { takeOrphans: boolean }): Promise<void> {
  try {
    await readRequests(context);
    await watchForeign(context);
    if (options.takeOrphans) await takeOverOrphans(context);
    if (context.starved) await refreshPools(context);
  } catch (error) {
    // The store is away: the next poll tries again.
    if (!isPassing(error)) throw error;
  }
}

async function readRequests(context: Context): Promise<void> {
  if (context.runs.size === 0) return;
  const rows = await context.store.openRequests([...context.runs.keys()]);
  if (rows.length === 0) return;
  context.inbox.requests.push(...rows);
  context.wake.now();
}

async function watchForeign(context: Context): Promise<void> {
  for (const run of context.waiters.runs) {
    if (context.runs.has(run)) continue;
    const row = await context.store.getRun(run);
    if (row !== undefined && runStateFacts[row.state].ended) context.waiters.ended(row);
  }
}

/** Only between cycles: of what a cycle under way has decided the store does not know yet. */
async function refreshPools(context: Context): Promise<void> {
  await context.wake.idle();
  const rows = await context.store.pools();
  if (context.wake.busy) return;
  context.pools.refresh(rows);
  context.wake.now();
}
