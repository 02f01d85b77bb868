import { useSyncExternalStore } from "react";

/** Steps at which there is room for more, so that a drag of the window's edge does not draw everything anew at each pixel. */
const steps = [900, 1_100, 1_300, 1_500, 1_800, 2_200] as const;

function read(): number {
  return steps.findLast((step) => window.innerWidth >= step) ?? 0;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("resize", listener);
  return () => window.removeEventListener("resize", listener);
}

/** The largest of the steps that the window is as wide as. */
export function useWidth(): number {
  return useSyncExternalStore(subscribe, read);
}
