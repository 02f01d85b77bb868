import { createContext, use, useEffect } from "react";
import type { Live } from "./live.ts";

export const LiveContext = createContext<Live | undefined>(undefined);

/** The stream also tells of this run while the component is shown. */
export function useWatchedRun(run: string): void {
  const live = use(LiveContext);
  useEffect(() => {
    live?.watch(run);
    return () => live?.watch(undefined);
  }, [live, run]);
}
