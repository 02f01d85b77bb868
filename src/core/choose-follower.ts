import { type Candidate, demandOf, headsInOrder } from "./admission.ts";
import { platformFor } from "./last-attempt.ts";
import type { LiveAttempt, LiveRun } from "./live-run.ts";
import type { Start } from "./run-event.ts";

/** Only attempts that are expected to end within this time get a follower: others would gain nothing, and bind it early. */
const shortMs = 2000;
/** A follower that has waited this long, and this many times the expected, is the next to start: no newer one is named. */
const lateMs = 1000;
const lateFactor = 4;

/** A run as succession sees it. */
export interface SuccessionCandidate extends Candidate {
  /** How long an attempt of a step runs, in milliseconds; undefined if that is not known. */
  readonly expectedMs: (step: number) => number | undefined;
}

/**
 * The next task that gets a place behind a running attempt, to be asked when nothing can start. In the same order as
 * starts: no task is named ahead of one that waits for room.
 * @param platforms those that can begin one attempt at the end of another
 */
export function chooseFollower(
  candidates: readonly SuccessionCandidate[],
  platforms: ReadonlySet<string>,
  now: number,
): (Start & { readonly run: LiveRun }) | undefined {
  const expected = new Map(candidates.map(({ run, expectedMs }) => [run, expectedMs]));
  for (const { run, step, task, isLimited } of headsInOrder(candidates)) {
    const platform = platformFor(run.plan.steps[step]!, run.steps[step]!.memory.get(task)?.used);
    const expectedMs = expected.get(run)!(step);
    if (platforms.has(platform) && expectedMs !== undefined && expectedMs <= shortMs) {
      const holds = demandOf(run, step, task);
      const leader = findLeader(run, step, { holds, now, expectedMs });
      if (leader !== undefined) return { run, step, task, platform, holds, behind: leader.id };
    }
    if (!isLimited) return undefined;
  }
  return undefined;
}

/** The attempt that has run longest of those that a follower may be named for. */
function findLeader(
  run: LiveRun,
  step: number,
  { holds, now, expectedMs }: { holds: Start["holds"]; now: number; expectedMs: number },
): LiveAttempt | undefined {
  let found: LiveAttempt | undefined;
  for (const attempt of run.active.values()) {
    if (attempt.step !== step) continue;
    if (attempt.behind !== undefined) {
      if (now - attempt.intendedAt > Math.max(lateMs, lateFactor * expectedMs)) return undefined;
      continue;
    }
    if (attempt.state !== "running" || attempt.ending !== undefined || run.followers.has(attempt.id)) continue;
    if (!areEqual(attempt.holds, holds)) continue;
    if (found === undefined || attempt.runningAt! < found.runningAt!) found = attempt;
  }
  return found;
}

function areEqual(a: Start["holds"], b: Start["holds"]): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
