import { chooseNext, demandOf, fits, mayStart } from "../core/admission.ts";
import { chooseFollower, type SuccessionCandidate } from "../core/choose-follower.ts";
import { heldBack } from "../core/held-back.ts";
import type { LiveRun } from "../core/live-run.ts";
import type { Start } from "../core/run-event.ts";
import { followersOf } from "../core/succession.ts";
import { type Context, mayAct } from "./context.ts";
import { takeFault } from "./faults.ts";
import { expectedMs, limitWaitedFor, type OwnedRun } from "./owned-run.ts";
import { apply } from "./take-in.ts";

/** At most this many starts go into one commit: a larger one costs no less per task, and delays the first. */
const startsPerCommit = 1000;

/** The runs that we may start something in, as the core's decisions see them. */
interface Admissible {
  readonly owners: ReadonlyMap<LiveRun, OwnedRun>;
  candidates: readonly SuccessionCandidate[];
}

/** Starts what is ready and has room, in order, and names who takes the places that will be free soon. */
export function admit(context: Context): void {
  const admissible = findAdmissible(context);
  for (const owned of admissible.owners.values()) overtakeWhereRoom(context, owned);
  if (startWhereRoom(context, admissible)) return context.wake.now();
  context.starved = admissible.candidates.some(({ run }) => run.steps.some((step) => step.ready.size > 0));
  if (!context.starved) return;
  noteHeldBack(context, admissible);
  nameFollowers(context, admissible);
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
  const { pools, runs } = context;
  for (const { id, step, task, ending } of followersOf(owned.live)) {
    const holds = demandOf(owned.live, step, task);
    if (ending !== undefined || !mayStart(owned.live, step) || !fits(holds, pools.pools)) continue;
    pools.take(holds);
    apply(context, owned, { type: "overtake", attempt: id, holds });
    if (!runs.has(owned.live.id)) return pools.give(holds);
  }
}

/** Whether there may be more to start. */
function startWhereRoom(context: Context, admissible: Admissible): boolean {
  const { pools, clock } = context;
  for (let starts = 0; starts < startsPerCommit; starts++) {
    const next = choose(context, admissible, (candidates) => chooseNext(candidates, pools.pools, clock.now()));
    if (next === undefined) return false;
    if (next.type === "impossible") {
      const { run, step, task, message } = next;
      apply(context, admissible.owners.get(run)!, { type: "impossible", step, task, message });
    } else {
      const { holds } = next.start;
      pools.take(holds);
      if (!start(context, admissible, next.start)) pools.give(holds);
    }
  }
  return true;
}

function noteHeldBack({ pools, clock }: Context, { candidates, owners }: Admissible): void {
  const at = clock.now();
  for (const { run, step, by } of heldBack(candidates, pools.pools)) owners.get(run)!.heldBack.set(step, { by, at });
}

function nameFollowers(context: Context, admissible: Admissible): void {
  const { successive, clock } = context;
  if (successive.size === 0) return;
  for (;;) {
    const next = choose(context, admissible, (candidates) => chooseFollower(candidates, successive, clock.now()));
    if (next === undefined) return;
    start(context, admissible, next);
  }
}

/** A run that cannot even be looked at must not keep the others from starting: it is left out, and the choice made anew. */
function choose<T>(context: Context, admissible: Admissible, among: (candidates: Admissible["candidates"]) => T): T {
  try {
    return among(admissible.candidates);
  } catch (fault) {
    const culprit = admissible.candidates.find((candidate) => isFaulty(() => among([candidate])));
    if (culprit === undefined) throw fault;
    takeFault(context, admissible.owners.get(culprit.run)!, fault);
    leaveOut(admissible, culprit.run);
    return choose(context, admissible, among);
  }
}

function isFaulty(decide: () => unknown): boolean {
  try {
    decide();
    return false;
  } catch {
    return true;
  }
}

/** False where a fault of ours took the run away before it got what it asked for. */
function start(
  context: Context,
  admissible: Admissible,
  { run, ...chosen }: Start & { readonly run: LiveRun },
): boolean {
  const owned = admissible.owners.get(run)!;
  const waitedFor = limitWaitedFor(owned, chosen.step, chosen.task);
  apply(context, owned, { type: "start", ...chosen, ...(waitedFor === undefined ? {} : { waitedFor }) });
  if (context.runs.has(run.id)) return true;
  leaveOut(admissible, run);
  return false;
}

function leaveOut(admissible: Admissible, run: LiveRun): void {
  admissible.candidates = admissible.candidates.filter((candidate) => candidate.run !== run);
}
