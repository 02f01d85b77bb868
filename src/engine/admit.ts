import { chooseNext, demandOf, fits, mayStart } from "../core/admission.ts";
import type { LiveRun } from "../core/live-run.ts";
import type { Start } from "../core/run-event.ts";
import { chooseFollower, type SuccessionCandidate } from "../core/choose-follower.ts";
import { followersOf } from "../core/succession.ts";
import { type Context, mayAct } from "./context.ts";
import { expectedMs, type OwnedRun } from "./owned-run.ts";
import { apply } from "./take-in.ts";

/** At most this many starts go into one commit: a larger one costs no less per task, and delays the first. */
const startsPerCommit = 1000;

/** The runs that we may start something in, as the core's decisions see them. */
interface Admissible {
  readonly owners: ReadonlyMap<LiveRun, OwnedRun>;
  readonly candidates: readonly SuccessionCandidate[];
}

/** Starts what is ready and has room, in order, and names who takes the places that will be free soon. */
export function admit(context: Context): void {
  const admissible = findAdmissible(context);
  for (const owned of admissible.owners.values()) overtakeWhereRoom(context, owned);
  if (startWhereRoom(context, admissible)) return context.wake.now();
  context.starved = admissible.candidates.some(({ run }) => run.steps.some((step) => step.ready.size > 0));
  if (context.starved) nameFollowers(context, admissible);
}

function findAdmissible(context: Context): Admissible {
  const mine = [...context.runs.values()].filter((owned) => mayAct(context, owned));
  return {
    owners: new Map(mine.map((owned) => [owned.live, owned])),
    candidates: mine.map((owned) => ({
      run: owned.live,
      remainingMs: owned.remainingMs,
      expectedMs: (step) => expectedMs(owned, step),
    })),
  };
}

/** Before anything new: what follows was chosen earlier, and those that it waits for may run on for long. */
function overtakeWhereRoom(context: Context, owned: OwnedRun): void {
  const { pools } = context;
  for (const { id, step, task, ending } of followersOf(owned.live)) {
    const holds = demandOf(owned.live, step, task);
    if (ending !== undefined || !mayStart(owned.live, step) || !fits(holds, pools.pools)) continue;
    pools.take(holds);
    apply(context, owned, { type: "overtake", attempt: id, holds });
  }
}

/** Whether there may be more to start. */
function startWhereRoom(context: Context, { candidates, owners }: Admissible): boolean {
  for (let starts = 0; starts < startsPerCommit; starts++) {
    const next = chooseNext(candidates, context.pools.pools, context.clock.now());
    if (next === undefined) return false;
    if (next.type === "impossible") {
      const { run, step, task, message } = next;
      apply(context, owners.get(run)!, { type: "impossible", step, task, message });
    } else {
      context.pools.take(next.start.holds);
      start(context, owners, next.start);
    }
  }
  return true;
}

function nameFollowers(context: Context, { candidates, owners }: Admissible): void {
  if (context.successive.size === 0) return;
  for (;;) {
    const next = chooseFollower(candidates, context.successive, context.clock.now());
    if (next === undefined) return;
    start(context, owners, next);
  }
}

function start(
  context: Context,
  owners: Admissible["owners"],
  { run, ...chosen }: Start & { readonly run: LiveRun },
): void {
  apply(context, owners.get(run)!, { type: "start", ...chosen });
}
