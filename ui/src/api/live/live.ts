import type { QueryClient } from "@tanstack/react-query";
import type { EventName } from "../../../../src/api/schemas/event.ts";
import { addressOf, newKey } from "../client.ts";
import { loginNeeded, session } from "../session.ts";
import { transport } from "../transport.ts";
import { connection } from "./connection.ts";
import { FollowedLogs, type LogGrowth, type LogName } from "./followed-logs.ts";
import { canElect, elect } from "./leadership.ts";
import { applyEvent, clockSkew } from "./live-cache.ts";
import type { Channel, Message, Watch } from "./messages.ts";
import { createRefresher } from "./refresher.ts";
import { createTab } from "./tab.ts";
import { pause } from "./pause.ts";
import { whileSeen } from "./while-seen.ts";

export interface Live {
  /** Also tells what happens in this run; in none if absent. */
  watch(run: string | undefined): void;
  /** Calls with how the log of a task stands, and whenever it has grown or ended; the function returned ends that. */
  followLog(log: LogName, hear: (growth: LogGrowth) => void): () => void;
}

/** What the server tells comes into this tab while somebody looks at it, over one stream for all tabs of the browser. */
export function startLive(client: QueryClient): Live {
  const refresher = createRefresher({
    refetch: (queryKey) => client.invalidateQueries({ queryKey }, { cancelRefetch: false }),
    isHidden: () => document.visibilityState === "hidden",
    now: () => performance.now(),
    later: (work, ms) => void setTimeout(work, ms),
  });
  const logs = new FollowedLogs();
  let run: string | undefined;
  let isTold = false;

  const tab = createTab({
    id: newKey(),
    open: openStream,
    wait: pause,
    serverNow: () => Date.now() + clockSkew.get(),
    openChannel,
    elect,
    onEvent({ name, data, since }) {
      if (name === "log") logs.tell(JSON.parse(data) as LogGrowth);
      else applyEvent({ client, refresher, openedAt: since }, name as EventName, JSON.parse(data));
    },
    onConnection: (next) => connection.set(next),
    onLoginNeeded: loginNeeded,
    onLoggedIn() {
      if (session.get() === "open") return;
      isTold = true;
      session.set("open");
      isTold = false;
      void client.resetQueries();
    },
  });
  session.subscribe(() => {
    if (session.get() === "open" && !isTold) tab.loggedIn();
  });
  whileSeen({
    onSeen() {
      tab.join();
      refresher.wake();
    },
    onGone: () => tab.leave(),
  });
  // One page goes as the next one comes: only what is wanted in the end counts.
  const sayWatched = (): void =>
    queueMicrotask(() => tab.watch({ runs: run === undefined ? [] : [run], logs: logs.refs }));
  return {
    watch(next) {
      run = next;
      sayWatched();
    },
    followLog(log, hear) {
      const unfollow = logs.add(log, hear);
      sayWatched();
      return () => {
        unfollow();
        sayWatched();
      };
    },
  };
}

function openStream({ runs, logs }: Watch, lastId: string | undefined, signal: AbortSignal): Promise<Response> {
  const headers = { accept: "text/event-stream", ...(lastId !== undefined && { "last-event-id": lastId }) };
  return transport.fetch(addressOf("events", { run: [...runs], log: [...logs] }), {
    headers,
    signal,
    cache: "no-store",
  });
}

function openChannel(hear: (message: Message) => void): Channel {
  if (!canElect) return { post: () => undefined, close: () => undefined };
  const channel = new BroadcastChannel("flotilla live");
  channel.addEventListener("message", ({ data }: MessageEvent<Message>) => hear(data));
  return { post: (message) => channel.postMessage(message), close: () => channel.close() };
}
