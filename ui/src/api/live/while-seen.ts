/** Whoever changes tabs for a moment comes back to one that has gone on. */
const graceMs = 5_000;

/** Calls whenever the page comes to be looked at, now if it is, and when nobody has looked at it for a few seconds. */
export function whileSeen({ onSeen, onGone }: { readonly onSeen: () => void; readonly onGone: () => void }): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  function look(): void {
    clearTimeout(timer);
    if (document.visibilityState === "visible") onSeen();
    else timer = setTimeout(onGone, graceMs);
  }
  document.addEventListener("visibilitychange", look);
  // The page ends, or is put aside: then it may come back as it was.
  window.addEventListener("pagehide", onGone);
  window.addEventListener("pageshow", ({ persisted }) => persisted && look());
  look();
}
