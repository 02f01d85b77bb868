import { assertNever, FlotillaError } from "../core/errors.ts";
import { type Changes, hasChanges, mergeChanges } from "../core/live-run.ts";
import type { Commit, CommitResult } from "../store/store.ts";
import { forgetWritten, isOver, takeCommit } from "./commit-changes.ts";
import { type Context, dropRun, mayAct } from "./context.ts";
import { type OwnedRun, specFor } from "./owned-run.ts";
import { apply } from "./take-in.ts";

const firstWaitMs = 50;
const longestWaitMs = 5_000;

/** Commits what has changed in a run, and only then does outside what was decided. */
export async function commit(context: Context, owned: OwnedRun): Promise<void> {
  if (hasChanges(owned.live.changes) || owned.handled.length > 0) {
    const { rows, changes } = takeCommit(owned, context);
    const result = await commitUntilAnswered(context, rows);
    if (result === undefined) return;
    switch (result.type) {
      case "committed":
        owned.version = result.version;
        forgetWritten(owned, rows);
        break;
      case "lost":
        return dropRun(context, owned.live.id);
      case "full":
        takeBack(context, owned, changes);
        owned.handled.push(...rows.handled);
        context.pools.refresh(result.pools);
        context.starved = true;
        // Taking back met a fault of ours.
        if (context.runs.get(owned.live.id) !== owned) return;
        return commit(context, owned);
      default:
        assertNever(result);
    }
  }
  if (mayAct(context, owned)) actOutside(context, owned);
  // Decided and committed, but not ours to do until the lease is renewed; if it is not, the next owner does it.
  else context.wake.in(context.leaseMs / 10);
  if (isOver(owned)) await finish(context, owned);
}

/** Whether a commit was made is unknown when its answer is lost, so the very same one is sent again until there is an answer. */
async function commitUntilAnswered(context: Context, rows: Commit): Promise<CommitResult | undefined> {
  for (let waitMs = firstWaitMs; !context.stopping; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    try {
      return await context.store.commit(rows);
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (waitMs === firstWaitMs) context.onWait(error);
      await new Promise<void>((resolve) => context.clock.after(waitMs * (0.5 + context.random() / 2), resolve));
    }
  }
  return undefined;
}

/** A store that is away or full: nothing was written, and it may be there again later. */
export function isPassing(error: unknown): error is FlotillaError {
  return error instanceof FlotillaError && (error.code === "STORE_UNREACHABLE" || error.code === "DISK_FULL");
}

/** Another engine was quicker to take room: our starts have not happened, everything else goes into the next commit. */
function takeBack(context: Context, owned: OwnedRun, refused: Changes): void {
  const { live } = owned;
  live.changes = mergeChanges(refused, live.changes);
  for (const attempt of [...refused.newAttempts]) {
    context.pools.give(attempt.holds);
    apply(context, owned, { type: "start-refused", attempt: attempt.id });
    owned.specs.delete(attempt.id);
  }
  for (const [attempt, behind] of refused.placed) {
    if (behind === undefined) continue;
    context.pools.give(attempt.holds);
    apply(context, owned, { type: "overtake-refused", attempt: attempt.id, behind });
  }
}

function actOutside(context: Context, owned: OwnedRun): void {
  const { effects, live } = owned;
  owned.effects = [];
  for (const effect of effects) {
    const attempt = live.active.get(effect.attempt);
    const spec = attempt === undefined ? undefined : specFor(owned, attempt);
    if (attempt !== undefined && spec !== undefined) context.dispatch.carryOut(effect, attempt.platform, spec);
  }
}

async function finish(context: Context, owned: OwnedRun): Promise<void> {
  const { id, plan } = owned.live;
  const samples = [...owned.durations].map(
    ([step, { count, totalMs }]) => [step, { count, meanMs: totalMs / count }] as const,
  );
  // A forecast is not worth an error, and a lease that is not given back runs out by itself.
  await context.store.learnDurations(plan.pipeline, Object.fromEntries(samples)).catch(() => undefined);
  await context.store.release(id, owned.fence).catch(() => undefined);
  context.runs.delete(id);
  const row = await context.store.getRun(id);
  if (row !== undefined) context.waiters.ended(row);
}
