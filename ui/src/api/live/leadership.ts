/**
 * One tab of those that wait leads, until it gives that up or ends. Where the page comes neither over TLS nor from this
 * machine the browser has no locks, and each tab leads for itself alone.
 */
export const canElect = "locks" in navigator && typeof BroadcastChannel === "function";

/** Calls when this tab leads; the function returned gives that up, or no longer waits for it. */
export function elect(onElected: () => void): () => void {
  if (!canElect) {
    onElected();
    return () => undefined;
  }
  const { signal, abort } = withdrawal();
  const lead = (): Promise<void> | undefined => {
    if (signal.aborted) return undefined;
    const withdrawn = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    onElected();
    return withdrawn;
  };
  navigator.locks.request("flotilla live", { signal }, lead).catch(() => undefined);
  return abort;
}

function withdrawal(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
