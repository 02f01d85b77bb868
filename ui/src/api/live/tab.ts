import type { Connection } from "./connection.ts";
import { lead, type Leader, type LeaderParts } from "./leader.ts";
import { type Channel, type LiveEvent, type Message, nothing, type Watch } from "./messages.ts";
import { isSame } from "./watched.ts";

export interface TabParts extends Pick<LeaderParts, "open" | "wait" | "serverNow"> {
  readonly id: string;
  readonly openChannel: (hear: (message: Message) => void) => Channel;
  /** Calls when this tab is to lead; the function returned gives that up, or no longer waits for it. */
  readonly elect: (onElected: () => void) => () => void;
  readonly onEvent: (event: LiveEvent) => void;
  readonly onConnection: (connection: Connection) => void;
  readonly onLoginNeeded: () => void;
  readonly onLoggedIn: () => void;
}

export interface Tab {
  /** Somebody looks at it. */
  join(): void;
  /** Nobody does: it holds nothing, and hears nothing. */
  leave(): void;
  watch(watch: Watch): void;
  /** Somebody has logged in here. */
  loggedIn(): void;
}

/**
 * One tab among those of its browser. While somebody looks at it it hears the events of the one stream, which it holds itself
 * when it leads. Of what it did not hear it is unsure until the leader says since when it misses nothing.
 */
export function createTab(parts: TabParts): Tab {
  let watched: Watch = nothing;
  let isUnsure = true;
  /** Runs that it looks at since a time of which it has heard nothing. */
  let unsureOf: readonly string[] = [];
  /** The event up to which it knew everything when it left; and the last one that was told since it joined. */
  let sureTo: string | undefined;
  let lastId: string | undefined;
  let joined: { readonly channel: Channel; readonly withdraw: () => void } | undefined;
  let leader: Leader | undefined;

  function say(message: Message): void {
    joined?.channel.post(message);
    leader?.hear(message);
  }

  function sayWatched(): void {
    say({ is: "watching", tab: parts.id, watch: watched, unsure: isUnsure ? "everything" : unsureOf });
  }

  function hear(message: Message): void {
    switch (message.is) {
      case "event":
        if (isMeant(message) && !isTooLate(message)) hearEvent(message.event);
        return;
      case "leading":
        return sayWatched();
      case "connection":
        if (isMeant(message)) parts.onConnection(message.connection);
        return;
      case "loginNeeded":
        return parts.onLoginNeeded();
      case "loggedIn":
        leader?.hear(message);
        return parts.onLoggedIn();
      default:
        leader?.hear(message);
    }
  }

  function isMeant({ to }: { readonly to?: string }): boolean {
    return to === undefined || to === parts.id;
  }

  /** It may have become sure while the answer to its doubts was under way. */
  function isTooLate({ to, event }: Extract<Message, { is: "event" }>): boolean {
    return to !== undefined && event.name === "reset" && !isUnsure && unsureOf.length === 0;
  }

  function hearEvent(event: LiveEvent): void {
    lastId = event.id ?? lastId;
    if (event.name === "reset") becomeSure(event);
    parts.onEvent(event);
  }

  function becomeSure({ data, watch }: LiveEvent): void {
    const { only } = JSON.parse(data) as { readonly only?: readonly string[] };
    if (only === undefined) isUnsure = false;
    const sureOf = only ?? watch.runs;
    unsureOf = unsureOf.filter((run) => !sureOf.includes(run));
  }

  function takeLead(): void {
    if (lastId === undefined && sureTo !== undefined) {
      // Nobody led meanwhile: the stream itself goes on where this tab heard it last.
      lastId = sureTo;
      isUnsure = false;
    }
    const send = (message: Message): void => {
      joined?.channel.post(message);
      hear(message);
    };
    leader = lead({ ...parts, send }, lastId);
    send({ is: "leading" });
  }

  return {
    join() {
      if (joined) return;
      isUnsure = true;
      lastId = undefined;
      const channel = parts.openChannel(hear);
      joined = { channel, withdraw: () => undefined };
      joined = { channel, withdraw: parts.elect(takeLead) };
      sayWatched();
    },
    leave() {
      if (!joined) return;
      if (!isUnsure && unsureOf.length === 0) sureTo = lastId;
      leader?.stop();
      leader = undefined;
      joined.channel.post({ is: "left", tab: parts.id });
      joined.channel.close();
      joined.withdraw();
      joined = undefined;
    },
    watch(next) {
      if (isSame(next, watched)) return;
      const isNew = (run: string): boolean => !watched.runs.includes(run) || unsureOf.includes(run);
      unsureOf = next.runs.filter(isNew);
      watched = next;
      sayWatched();
    },
    loggedIn() {
      say({ is: "loggedIn" });
    },
  };
}
