import type { Clock } from "../core/clock.ts";

let latest = 0;

/**
 * The machine's time. `now` follows the wall clock but never goes back: a correction backwards makes it stand still for a
 * while, so that no duration is negative. What must not be moved by corrections at all (leases) asks `monotonic`.
 */
export const systemClock: Clock = {
  now: () => (latest = Math.max(latest, Date.now())),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
