import { useSyncExternalStore } from "react";
import { forgetWidths } from "./fit-text.ts";
import { readPalette, type Palette } from "./palette.ts";

let palette: Palette | undefined;
const watchers = new Set<() => void>();
let stopWatching: (() => void) | undefined;

/** The palette; a new object, and a new drawing, when the theme changes or a font has come in. */
export function usePalette(): Palette {
  return useSyncExternalStore(subscribe, current);
}

const current = () => (palette ??= readPalette());

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  stopWatching ??= watchTheme();
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    stopWatching?.();
    stopWatching = undefined;
    palette = undefined;
  };
}

function watchTheme(): () => void {
  const renew = () => {
    palette = undefined;
    forgetWidths();
    for (const watcher of watchers) watcher();
  };
  const attributes = new MutationObserver(renew);
  attributes.observe(document.documentElement, { attributes: true, attributeFilter: ["class", "data-theme", "style"] });
  const wish = matchMedia("(prefers-color-scheme: dark)");
  wish.addEventListener("change", renew);
  document.fonts.addEventListener("loadingdone", renew);
  return () => {
    attributes.disconnect();
    wish.removeEventListener("change", renew);
    document.fonts.removeEventListener("loadingdone", renew);
  };
}
