import { createContext, use, useEffect, useState } from "react";
import type { LogGrowth, LogName } from "./followed-logs.ts";
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

/** How the log of a task stands, as it grows, while `isRead`; undefined before that is told. */
export function useLogGrowth({ run, task }: LogName, isRead: boolean): LogGrowth | undefined {
  const live = use(LiveContext);
  const [growth, setGrowth] = useState<LogGrowth>();
  useEffect(() => (isRead ? live?.followLog({ run, task }, setGrowth) : undefined), [live, run, task, isRead]);
  return growth;
}
