import type { AttemptId } from "./ids.ts";
import type { LiveAttempt, LiveRun } from "./live-run.ts";
import type { Effect, Start } from "./run-event.ts";

/*
 * Succession. An attempt that will end soon may have a follower: an attempt of the same step with equal demands, committed
 * and prepared ahead of time, that takes its place the moment it ends. So two short tasks in the same place lie a process's
 * start apart, and not a commit as well. Until then the follower holds nothing; limits are kept to the unit.
 */

/** Followers, those that were named first at the front. */
export function followersOf(run: LiveRun): LiveAttempt[] {
  return [...run.followers.values()].map((id) => run.active.get(id)!).toSorted((a, b) => a.intendedAt - b.intendedAt);
}

/** An attempt is gone: out of the place it had, or of the one it was to have. */
export function leavePlace(run: LiveRun, attempt: LiveAttempt): void {
  if (attempt.behind === undefined) run.steps[attempt.step]!.active--;
  else run.followers.delete(attempt.behind);
}

/** The follower of an attempt that has ended comes into its place. It may have begun there already. */
export function passPlaceOn(run: LiveRun, ended: LiveAttempt): Effect[] {
  const follower = run.active.get(run.followers.get(ended.id)!);
  if (follower === undefined) return [];
  return comeForward(run, follower, { holds: ended.holds, ended: undefined });
}

/** A follower starts beside the attempt that it was to follow. */
export function overtake(run: LiveRun, id: AttemptId, holds: Start["holds"]): Effect[] {
  const follower = run.active.get(id);
  if (follower?.behind === undefined) return [];
  return comeForward(run, follower, { holds, ended: follower.behind });
}

function comeForward(
  run: LiveRun,
  follower: LiveAttempt,
  { holds, ended }: { holds: Start["holds"]; ended: AttemptId | undefined },
): Effect[] {
  run.followers.delete(follower.behind!);
  run.steps[follower.step]!.active++;
  follower.behind = undefined;
  follower.holds = holds;
  run.changes.placed.set(follower, ended);
  run.changes.attempts.add(follower);
  return follower.state === "running" ? [] : [{ type: "start", attempt: follower.id }];
}

/** Undoes an `overtake` that was not committed. */
export function takeBackOvertake(run: LiveRun, id: AttemptId, behind: AttemptId): Effect[] {
  const follower = run.active.get(id);
  if (follower === undefined || !run.changes.placed.delete(follower)) return [];
  run.steps[follower.step]!.active--;
  follower.holds = {};
  follower.behind = behind;
  run.followers.set(behind, id);
  return [];
}

/** What has not begun shall not: of the followers, too. */
export function withdrawFollowers(run: LiveRun): Effect[] {
  return followersOf(run)
    .filter(({ ending }) => ending === undefined)
    .map((follower) => {
      follower.ending = "withdrawn";
      return { type: "cancel", attempt: follower.id, why: "withdraw" };
    });
}
