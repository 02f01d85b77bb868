import type { QueryClient } from "@tanstack/react-query";
import type { EventName } from "../../../src/api/schemas/event.ts";
import { createStore } from "../components/store.ts";
import { addressOf } from "./client.ts";
import { applyEvent } from "./live-cache.ts";
import { createRefresher } from "./refresher.ts";
import { loginNeeded, session } from "./session.ts";
import { createEventReader } from "./sse.ts";
import { transport } from "./transport.ts";

/** How the stream stands; `since` when it was lost. */
export type Connection = { readonly is: "starting" | "live" } | { readonly is: "lost"; readonly since: number };

export const connection = createStore<Connection>({ is: "starting" });

export interface Live {
  /** Also tells what happens in this run; in none if absent. */
  watch(run: string | undefined): void;
}

const leastWaitMs = 500;
const mostWaitMs = 15_000;
/** The server says something at least this often, be it only a comment. */
const silenceMs = 45_000;

/** The one event stream of this tab. It lives as long as the page. */
export function startLive(client: QueryClient): Live {
  const refresher = createRefresher({
    refetch: (queryKey) => client.invalidateQueries({ queryKey }, { cancelRefetch: false }),
    isHidden: () => document.visibilityState === "hidden",
    now: () => performance.now(),
    later: (work, ms) => void setTimeout(work, ms),
  });
  let run: string | undefined;
  let wanted: string | undefined;
  let stream = new AbortController();
  let lastId: string | undefined;
  let failures = 0;

  async function follow(mine: AbortController): Promise<void> {
    while (!mine.signal.aborted) {
      await readStream(mine).catch(() => undefined);
      if (mine.signal.aborted) return;
      if (connection.get().is !== "lost") connection.set({ is: "lost", since: Date.now() });
      await waitBeforeRetry(failures++, mine.signal);
      if (session.get() === "login") return;
    }
  }

  async function readStream(mine: AbortController): Promise<void> {
    const attempt = new AbortController();
    const signal = AbortSignal.any([mine.signal, attempt.signal]);
    const headers = { accept: "text/event-stream", ...(lastId !== undefined && { "last-event-id": lastId }) };
    const answer = await transport.fetch(addressOf("events", { run }), { headers, signal, cache: "no-store" });
    if (answer.status === 401) return loginNeeded();
    if (!answer.ok || !answer.body) return;
    failures = 0;
    connection.set({ is: "live" });
    const openedAt = Date.now();
    const read = createEventReader(({ name, data, id }) => {
      if (id !== undefined) lastId = id;
      applyEvent({ client, refresher, openedAt }, name as EventName, JSON.parse(data));
    });
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const quiet = setTimeout(() => attempt.abort(), silenceMs);
      const { done, value } = await reader.read().finally(() => clearTimeout(quiet));
      if (done) return;
      read(value);
    }
  }

  function restart(): void {
    stream.abort();
    stream = new AbortController();
    lastId = undefined;
    void follow(stream);
  }

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") refresher.wake();
  });
  session.subscribe(() => {
    if (session.get() === "open") restart();
  });
  restart();
  return {
    watch(next) {
      wanted = next;
      // One page goes as the next one comes: only what is wanted in the end counts.
      queueMicrotask(() => {
        if (run === wanted) return;
        run = wanted;
        restart();
      });
    },
  };
}

/** Twice as long each time, a random half of it, so that a hundred tabs do not come back at once. */
function waitBeforeRetry(failures: number, signal: AbortSignal): Promise<void> {
  const most = Math.min(mostWaitMs, leastWaitMs * 2 ** Math.min(failures, 6));
  return new Promise((resolve) => {
    const timer = setTimeout(done, most * (0.5 + Math.random() / 2));
    signal.addEventListener("abort", done, { once: true });
    window.addEventListener("online", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      window.removeEventListener("online", done);
      resolve();
    }
  });
}
