import { FlotillaError } from "../core/errors.ts";
import type { RunId } from "../core/ids.ts";
import { type Context, dropRun } from "./context.ts";
import type { OwnedRun } from "./owned-run.ts";

/** After so many faults of ours a run is left alone until a person asks something of it. */
const mostFaults = 3;
/** Before the next try: what was a coincidence is over by then. */
const waitMs = 500;

/**
 * A fault of ours in one run stops that run here and no other: it is dropped as it stands in the store, which is whole. It is
 * taken again a little later, by us or by another engine; if that goes wrong as often as `mostFaults`, it is quarantined.
 */
export function takeFault(context: Context, owned: OwnedRun, fault: unknown): void {
  const { id } = owned.live;
  // One fault is often met again before the cycle is over.
  if (context.runs.get(id) !== owned) return;
  dropRun(context, id);
  void noteFault(context, { run: id, fence: owned.fence }, fault);
}

/** Never rejects: while the store is away nothing is noted, and the run is free again when its lease has run out. */
export async function noteFault(
  context: Context,
  { run, fence }: { run: RunId; fence: number },
  fault: unknown,
): Promise<void> {
  const { store, waiters, onFault } = context;
  onFault(run, fault);
  try {
    const why = `quarantined after ${mostFaults} faults of Flotilla, the last: ${firstLine(fault)}`;
    await store.recordFault({ run, fence, most: mostFaults, waitMs, why });
    const row = await store.getRun(run);
    if (row?.quarantined === true) waiters.failed(run, quarantineError(row, fault));
  } catch {
    // As said above.
  }
}

/** What those are told who wait for a quarantined run. */
export function quarantineError(
  { id, why }: { readonly id: string; readonly why: string },
  cause: unknown,
): FlotillaError {
  return new FlotillaError("INTERNAL", `run ${id} is ${why}`, {
    cause,
    mend: `please report it with the stack; what runs, runs on, and flotilla resume ${id} tries again`,
  });
}

function firstLine(fault: unknown): string {
  return String(fault).split("\n", 1)[0]!.slice(0, 300);
}
