import { useEffect, useEffectEvent } from "react";

/** What Ctrl is called on the keyboard of the viewer. */
export const modifierKey =
  typeof navigator !== "undefined" && /Mac|iP(hone|ad)/.test(navigator.userAgent) ? "⌘" : "Ctrl";

/** What a key press means, given as `/`, `j`, `Escape`, `mod+k`. True: it was for us, and nobody else gets it. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => boolean | void>>;

/** Keys for as long as the component is shown. Those typed into a field are left alone, but for Esc and those with Ctrl or Cmd. */
export function useKeys(keys: KeyMap, active = true): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey) return;
    const mod = event.ctrlKey || event.metaKey;
    const name = mod ? `mod+${event.key.toLowerCase()}` : event.key;
    if (!mod && name !== "Escape" && isTyping(event.target)) return;
    // A dialog in front has the keys for itself.
    if (!mod && document.querySelector("dialog[open]")) return;
    const action = keys[name];
    if (!action || action(event) === false) return;
    event.preventDefault();
  });
  useEffect(() => {
    if (!active) return;
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [active]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) || target.role === "menuitem")
  );
}
