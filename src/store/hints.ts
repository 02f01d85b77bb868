import pg from "pg";
import type { RunId } from "../core/ids.ts";

export type Wake = (hint: { readonly run: RunId | undefined }) => void;

export interface Hints {
  /** Begins to listen with the first listener; the returned function takes it back, and the last one ends the listening. */
  on(wake: Wake): () => void;
  close(): Promise<void>;
}

const firstWaitMs = 100;
const longestWaitMs = 5_000;

/**
 * Listens for notifications on a connection of its own. What is notified while the connection is broken is lost for
 * good, so every time it stands again all are woken without saying for which run.
 */
export function makeHints(config: pg.ClientConfig): Hints {
  const listeners = new Set<Wake>();
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let waitMs = firstWaitMs;

  const wakeAll = (run: RunId | undefined): void => {
    for (const wake of [...listeners]) wake({ run });
  };

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ ...config, keepAlive: true, connectionTimeoutMillis: 10_000 });
    client = next;
    const lost = (): void => {
      if (client === next) again();
    };
    next.on("error", lost);
    next.on("end", lost);
    next.on("notification", ({ payload }) =>
      wakeAll(payload === undefined || payload === "" ? undefined : (payload as RunId)),
    );
    try {
      await next.connect();
      await next.query("listen flotilla_hint");
      if (client !== next) return;
      waitMs = firstWaitMs;
      wakeAll(undefined);
    } catch {
      lost();
    }
  };

  const again = (): void => {
    void disconnect();
    if (listeners.size === 0) return;
    retry = setTimeout(() => void connect(), waitMs * (0.5 + Math.random() / 2));
    waitMs = Math.min(waitMs * 2, longestWaitMs);
  };

  const disconnect = (): Promise<void> => {
    clearTimeout(retry);
    const last = client;
    client = undefined;
    return last?.end().catch(() => undefined) ?? Promise.resolve();
  };

  return {
    on(wake) {
      // An object of its own, so that one function given twice counts twice.
      const listener: Wake = (hint) => wake(hint);
      listeners.add(listener);
      if (listeners.size === 1) void connect();
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) void disconnect();
      };
    },
    close() {
      listeners.clear();
      return disconnect();
    },
  };
}
