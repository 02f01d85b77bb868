import { useSyncExternalStore } from "react";
import { clockSkew } from "../api/live/live-cache.ts";

/** One clock for all that shows passing time: it ticks once a second, and stands still while nobody looks. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let current = now();

/** By the server's clock: what it tells and what we count from agree, however wrong the clock here is. */
export function now(): number {
  return Date.now() + clockSkew.get();
}

function tick(): void {
  if (document.visibilityState === "hidden") return;
  current = now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const still = () => () => undefined;

/** The time, ticking; it does not tick for what has ended. */
export function useNow(ticking = true): number {
  return useSyncExternalStore(ticking ? subscribe : still, () => {
    // The first reader after a pause must not see the time of before.
    if (listeners.size === 0 || Math.abs(now() - current) > 2_000) current = now();
    return current;
  });
}
