import { createEventReader, type ServerEvent } from "./sse.ts";
import type { Watch } from "./messages.ts";

export interface StreamParts {
  /** Asks the server for events. */
  readonly open: (watch: Watch, lastId: string | undefined, signal: AbortSignal) => Promise<Response>;
  /** The server tells from now on; `resumed` when it was asked to go on where it had been. */
  readonly onOpen: (watch: Watch, resumed: boolean) => void;
  readonly onEvent: (event: ServerEvent) => void;
  /** The connection broke; it is tried again. */
  readonly onLost: () => void;
  /** The server wants to know who this is: nothing more comes until it is asked again. */
  readonly onRefused: () => void;
  /** Resolves early when the network comes back. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface EventStream {
  /** From now on the stream tells of this; undefined: of nothing, it is closed. Goes on after the last event that came. */
  ask(watch: Watch | undefined): void;
  /** Begins anew, as if nothing had come yet. */
  again(): void;
}

const leastWaitMs = 500;
const mostWaitMs = 15_000;
/** The server says something at least this often, be it only a comment. */
const silenceMs = 45_000;

/** A stream of events that comes back by itself; `lastId` is the event after which it begins, if it is known. */
export function createEventStream(parts: StreamParts, lastId?: string): EventStream {
  let asked: Watch | undefined;
  let current = new AbortController();
  let failures = 0;

  async function follow(watch: Watch, { signal }: AbortController): Promise<void> {
    while (!signal.aborted) {
      const outcome = await readOnce(watch, signal).catch(() => "broken" as const);
      if (signal.aborted) return;
      if (outcome === "refused") return parts.onRefused();
      parts.onLost();
      await parts.wait(waitMs(failures++), signal);
    }
  }

  async function readOnce(watch: Watch, outer: AbortSignal): Promise<"broken" | "refused"> {
    const silence = new AbortController();
    const signal = AbortSignal.any([outer, silence.signal]);
    const resumed = lastId !== undefined;
    const answer = await open(watch, signal);
    if (answer.status === 401) return "refused";
    if (!answer.ok || !answer.body || outer.aborted) return "broken";
    failures = 0;
    parts.onOpen(watch, resumed);
    const read = createEventReader((event) => {
      if (outer.aborted) return;
      lastId = event.id ?? lastId;
      parts.onEvent(event);
    });
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const quiet = setTimeout(() => silence.abort(), silenceMs);
      const { done, value } = await reader.read().finally(() => clearTimeout(quiet));
      if (done) return "broken";
      read(value);
    }
  }

  /** Runs that are not there, none of them, are no reason to hear nothing of all others. */
  async function open(watch: Watch, signal: AbortSignal): Promise<Response> {
    const answer = await parts.open(watch, lastId, signal);
    return answer.status === 404 ? parts.open({ ...watch, runs: [] }, lastId, signal) : answer;
  }

  function begin(): void {
    current.abort();
    current = new AbortController();
    if (asked !== undefined) void follow(asked, current);
  }

  return {
    ask(watch) {
      asked = watch;
      begin();
    },
    again() {
      lastId = undefined;
      begin();
    },
  };
}

/** Twice as long each time, a random half of it, so that a hundred browsers do not come back at once. */
function waitMs(failures: number): number {
  return Math.min(mostWaitMs, leastWaitMs * 2 ** Math.min(failures, 6)) * (0.5 + Math.random() / 2);
}
