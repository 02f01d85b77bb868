import { userPool } from "../core/admission.ts";
import { FlotillaError } from "../core/errors.ts";
import type { EngineId, RunId } from "../core/ids.ts";
import { bindPlan } from "../core/profile.ts";
import { remainingPaths } from "../core/remaining-path.ts";
import { runStateFacts, runStates } from "../core/task-state.ts";
import type { Claim, RunRow } from "../store/store.ts";
import { isPassing } from "./commit.ts";
import { type Context, dropRun } from "./context.ts";
import { noteFault } from "./faults.ts";
import { type OwnedRun, specFor } from "./owned-run.ts";
import { rebuild, specOf } from "./recover.ts";
import { apply } from "./take-in.ts";

/** Counted from before the claim, and less than the whole, so that we stop before anybody else may begin. */
export function leaseEnd(claimedAt: number, leaseMs: number): number {
  return claimedAt + leaseMs * 0.8;
}

/** Takes one run, if nobody else has it. */
export async function takeOver(context: Context, run: RunId): Promise<boolean> {
  if (await claimAndBegin(context, { run })) return context.runs.has(run);
  const row = await context.store.getRun(run);
  return row !== undefined && takeFromGone(context, row);
}

/** Takes every run that has no owner, or whose owner has ended without giving it back. */
export async function takeOverOrphans(context: Context): Promise<void> {
  while (!context.stopping && (await claimAndBegin(context, {})));
  for (const row of await context.store.listRuns({ states: openStates })) await takeFromGone(context, row);
}

const openStates = runStates.filter((state) => !runStateFacts[state].ended);

async function takeFromGone(context: Context, { id, owner, leased }: RunRow): Promise<boolean> {
  if (!leased || owner === undefined || owner === context.id || !context.isGone(owner)) return false;
  return claimAndBegin(context, { run: id, insteadOf: owner });
}

/** Says whether there was a run to take. One that cannot be brought back to life is not ours after all. */
async function claimAndBegin(context: Context, which: { run?: RunId; insteadOf?: EngineId }): Promise<boolean> {
  const before = context.clock.monotonic();
  const { id: engine, leaseMs, profile } = context;
  const claim = await context.store.claim({ engine, leaseMs, ...which, ...(profile === undefined ? {} : { profile }) });
  if (claim === undefined) return false;
  try {
    await begin(context, claim, before);
  } catch (fault) {
    if (isPassing(fault)) throw fault;
    dropRun(context, claim.run.id);
    await noteFault(context, { run: claim.run.id, fence: claim.fence }, fault);
  }
  return true;
}

/** Brings a claimed run back to life as it stands in the store, and finds its attempts again. */
async function begin(context: Context, { run, fence }: Claim, claimedAt: number): Promise<void> {
  const { store } = context;
  const stored = await store.getPlan(run.planHash);
  if (stored === undefined) throw new FlotillaError("INTERNAL", `the plan of run ${run.id} is not in the store`);
  const plan = bindPlan(stored, run.platforms);
  const [tasks, attempts, requests, meanMs] = await Promise.all([
    store.listTasks(run.id),
    store.listAttempts(run.id, { open: true }),
    store.openRequests([run.id]),
    store.stepDurations(plan.pipeline),
  ]);
  const live = rebuild({ run, plan, tasks, attempts }, context.clock.now());
  const owned: OwnedRun = {
    live,
    fence,
    version: run.version,
    code: run.code,
    remainingMs: remainingPaths(live.topology, meanMs),
    usualMs: meanMs,
    specs: new Map(attempts.map((row) => [row.id, specOf(live, row)])),
    effects: [],
    handled: [],
    requestsSeen: new Set(),
    leaseEndsAt: leaseEnd(claimedAt, context.leaseMs),
    heldBack: new Map(),
    durations: new Map(),
  };
  await store.setPools(Object.fromEntries(Object.entries(plan.pools).map(([name, units]) => [userPool(name), units])));
  const pools = await store.pools();
  await context.wake.idle();
  // Stopping began while we took it: nobody would ever drive it here.
  if (context.stopping) return store.release(run.id, fence);
  context.pools.refresh(pools);
  context.runs.set(run.id, owned);
  context.inbox.requests.push(...requests);
  apply(context, owned, { type: "begin" });
  findAgain(context, owned);
  context.wake.now();
}

/** Attempts that an earlier engine left: those known to run are adopted; for the others, starting again under the same name finds out. */
function findAgain({ platforms, dispatch }: Context, owned: OwnedRun): void {
  for (const platform of platforms.values()) {
    const mine = [...owned.live.active.values()].filter((attempt) => attempt.platform === platform.name);
    const running = mine.filter(({ state }) => state === "running").map((attempt) => specFor(owned, attempt)!);
    if (running.length > 0) dispatch.adopt(platform, running);
    for (const attempt of mine) if (attempt.state !== "running") dispatch.start(platform, specFor(owned, attempt)!);
  }
}
