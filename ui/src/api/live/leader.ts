import type { EventData } from "../../../../src/api/schemas/event.ts";
import type { Connection } from "./connection.ts";
import { createEventStream, type EventStream, type StreamParts } from "./event-stream.ts";
import { type LiveEvent, type Message, nothing, type Unsure, type Watch } from "./messages.ts";
import type { ServerEvent } from "./sse.ts";
import { hasAll, hasSame, isSame, together } from "./watched.ts";

export interface LeaderParts extends Pick<StreamParts, "open" | "wait"> {
  /** To all tabs, the one that leads among them. */
  readonly send: (message: Message) => void;
  /** The server's time, as far as it is known. */
  readonly serverNow: () => number;
}

export interface Leader {
  /** What a tab says. */
  hear(message: Message): void;
  stop(): void;
}

interface Tab {
  readonly watch: Watch;
  readonly unsure: Unsure;
  readonly heardAt: number;
}

/** Tabs open in swarms: the stream is asked anew once for all. */
const growMs = 50;
/** Whoever leaves may be back soon. */
const shrinkMs = 30_000;
const beatMs = 15_000;
/** A tab that has said nothing for so long was ended without a word. */
const silentMs = 40_000;

/** Holds the one stream of a browser, for all tabs that somebody looks at, and hands its events on. */
export function lead(parts: LeaderParts, lastId?: string): Leader {
  const tabs = new Map<string, Tab>();
  let connection: Connection | undefined;
  /** What the stream is asked for, and what it tells of by now. */
  let asked: Watch | undefined;
  let told: Watch | undefined;
  /** What the stream tells of only since it was opened last; whoever looks at that is told so. */
  let added: readonly string[] = [];
  let openedAt = 0;
  /** A stream that does not resume begins with a reset for everybody. */
  let awaitsReset = false;
  let last = lastId;
  /** How the logs stand that are followed, by `RUN/TASK`. */
  const logs = new Map<string, LiveEvent>();
  let change: { readonly at: number; readonly timer: ReturnType<typeof setTimeout> } | undefined;

  const stream: EventStream = createEventStream({ ...parts, onOpen, onEvent, onLost, onRefused }, lastId);

  function hear(message: Message): void {
    if (message.is === "left") tabs.delete(message.tab);
    else if (message.is === "loggedIn") stream.again();
    if (message.is === "watching") {
      const { tab, watch, unsure } = message;
      const before = tabs.get(tab);
      if (!before && connection) parts.send({ is: "connection", to: tab, connection });
      tabs.delete(tab);
      tabs.set(tab, { watch, unsure, heardAt: Date.now() });
      reassure(tab, Date.now());
      for (const log of watch.logs) if (before?.watch.logs.includes(log) !== true) tellLog(tab, log);
    }
    follow();
  }

  /** Asks for what is watched now: soon when there is more of it, later when there is less. */
  function follow(): void {
    const wanted = watched();
    if (asked && isSame(asked, wanted)) return;
    const isLess = asked && hasSame(asked.logs, wanted.logs) && hasAll(asked.runs, wanted.runs);
    const wait = isLess ? shrinkMs : growMs;
    if (change && change.at <= Date.now() + wait) return;
    clearTimeout(change?.timer);
    change = { at: Date.now() + wait, timer: setTimeout(ask, wait) };
  }

  function ask(): void {
    change = undefined;
    const wanted = watched();
    if (asked && isSame(asked, wanted)) return;
    asked = wanted;
    for (const log of logs.keys()) if (!wanted.logs.includes(log)) logs.delete(log);
    stream.ask(wanted);
  }

  function watched(): Watch {
    return together(Array.from(tabs.values(), ({ watch }) => watch));
  }

  function onOpen(watch: Watch, resumed: boolean): void {
    added = watch.runs.filter((run) => told?.runs.includes(run) !== true);
    told = watch;
    openedAt = Date.now();
    awaitsReset = !resumed;
    setConnection({ is: "live" });
    for (const tab of tabs.keys()) reassure(tab, openedAt);
  }

  function onEvent({ name, data, id }: ServerEvent): void {
    last = id ?? last;
    const event = { name, data, id, since: openedAt, watch: told ?? nothing };
    const only = name === "reset" ? (JSON.parse(data) as { only?: readonly string[] }).only : undefined;
    if (name === "reset" && only === undefined) awaitsReset = false;
    if (name === "log") noteLog(event);
    if (only === undefined) return parts.send({ is: "event", event });
    // Those who look at what was added have been told already.
    const lost = only.filter((run) => !added.includes(run));
    if (lost.length > 0) parts.send({ is: "event", event: { ...event, data: resetData(lost) } });
  }

  function noteLog(event: LiveEvent): void {
    const { run, task } = JSON.parse(event.data) as EventData<"log">;
    const log = `${run}/${task}`;
    if (asked?.logs.includes(log) === true) logs.set(log, event);
  }

  /** Of a log that the stream tells of already, a tab that comes to it has heard nothing. */
  function tellLog(tab: string, log: string): void {
    const event = logs.get(log);
    if (event) parts.send({ is: "event", to: tab, event });
  }

  /** Tells a tab since when it misses nothing, as soon as that is so. */
  function reassure(id: string, since: number): void {
    const tab = tabs.get(id);
    if (!tab || !told || connection?.is !== "live" || awaitsReset) return;
    if (tab.unsure.length === 0 || !hasAll(told.runs, tab.watch.runs)) return;
    const event = { name: "reset", data: resetData(tab.unsure), id: last, since, watch: told };
    tabs.set(id, { ...tab, unsure: [] });
    parts.send({ is: "event", to: id, event });
  }

  function resetData(unsure: Unsure): string {
    return JSON.stringify({ now: parts.serverNow(), ...(unsure !== "everything" && { only: unsure }) });
  }

  function onLost(): void {
    if (connection?.is !== "lost") setConnection({ is: "lost", since: Date.now() });
  }

  function onRefused(): void {
    parts.send({ is: "loginNeeded" });
  }

  function setConnection(next: Connection): void {
    connection = next;
    parts.send({ is: "connection", connection });
  }

  const beat = setInterval(() => {
    for (const [id, { heardAt }] of tabs) if (Date.now() - heardAt > silentMs) tabs.delete(id);
    parts.send({ is: "leading" });
    follow();
  }, beatMs);

  return {
    hear,
    stop() {
      clearInterval(beat);
      clearTimeout(change?.timer);
      stream.ask(undefined);
    },
  };
}
