import { type Context, dropRun } from "./context.ts";
import { leaseEnd } from "./take-over.ts";

/**
 * Prolongs the leases of the runs we own, apart from the main cycle, so that a long cycle does not lose them. Returns
 * what stops it. A lease that cannot be renewed in time takes away our right to act (`mayAct`).
 */
export function keepLeases(context: Context): () => void {
  let cancelTimer: () => void = () => undefined;
  let stopped = false;
  const next = (): void => {
    if (stopped) return;
    cancelTimer = context.clock.after(context.leaseMs / 3, () => void renew(context).finally(next));
  };
  next();
  return () => {
    stopped = true;
    cancelTimer();
  };
}

async function renew(context: Context): Promise<void> {
  const asked = [...context.runs.values()];
  if (asked.length === 0) return;
  const before = context.clock.monotonic();
  try {
    const runs = asked.map(({ live, fence }) => ({ run: live.id, fence }));
    const kept = new Set(await context.store.renew({ engine: context.id, leaseMs: context.leaseMs, runs }));
    for (const owned of asked) {
      if (kept.has(owned.live.id)) owned.leaseEndsAt = leaseEnd(before, context.leaseMs);
      else if (context.runs.get(owned.live.id) === owned) dropRun(context, owned.live.id);
    }
  } catch {
    // The store does not answer. The leases run on; the next renewal or the end of the lease decides.
  }
}
