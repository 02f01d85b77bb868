import type { Clock } from "../../core/clock.ts";
import type { Checked } from "../../api/operations.ts";
import type { EventName } from "../../api/schemas/event.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { RunId } from "../../core/ids.ts";
import type { Store } from "../../store/store.ts";
import type { Services } from "../http/call.ts";
import { EventNumbers, eventText, type SentEvent } from "./event-log.ts";
import { Feed, type Source } from "./feed.ts";
import { type FollowLog, type LogName, LogSource } from "./log-source.ts";
import type { Listener } from "./listener.ts";
import { PlatformsSource } from "./platforms-source.ts";
import { RunSource } from "./run-source.ts";
import { RunsSource } from "./runs-source.ts";

export interface EventHubOptions {
  readonly store: Pick<Store, "getRun" | "listTasks" | "pools" | "onHint">;
  readonly services: Required<Pick<Services, "getRun" | "listRuns">>;
  /** Without it no log is followed. */
  readonly followLog?: FollowLog | undefined;
  readonly clock: Clock;
  /** Different for each server that ever was. */
  readonly epoch: string;
}

const notFound: ReadonlySet<string> = new Set(["RUN_NOT_FOUND", "TASK_NOT_FOUND", "KEY_INVALID"]);
const heartbeatMs = 15_000;
const heartbeat = Buffer.from(": alive\n\n");
const mostListeners = 1_000;
const mostFeeds = 1_000;

type Kind = Checked<"events">["only"][number];
const allKinds: readonly Kind[] = ["runs", "run", "platforms", "log"];

/** Everybody who listens, and the feeds that they share: one for each run that is looked at, one for all others. */
export class EventHub {
  readonly #options: EventHubOptions;
  readonly #numbers: EventNumbers;
  readonly #feeds = new Map<string, Feed>();
  readonly #listeners = new Set<Listener>();
  #stopHints: (() => void) | undefined;
  #cancelBeat: () => void = () => undefined;
  #isClosed = false;

  constructor(options: EventHubOptions) {
    this.#options = options;
    this.#numbers = new EventNumbers(options.epoch);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** The feeds that go on, for somebody or in case he comes back. */
  get feeds(): readonly string[] {
    return [...this.#feeds.keys()];
  }

  /**
   * The feeds for a request, each of them looking by now. Rejects with `RUN_NOT_FOUND` when none of its runs is there, and
   * with `SERVER_BUSY` when there are too many listeners.
   */
  async prepare({ run, log, only }: Checked<"events">): Promise<readonly Feed[]> {
    if (this.#isClosed || this.#listeners.size >= mostListeners || this.#feeds.size >= mostFeeds)
      throw new FlotillaError("SERVER_BUSY", `${this.#listeners.size} listen already`, {
        mend: "close some tabs of the dashboard",
      });
    const kinds = only.length === 0 ? allKinds : only;
    const feeds: Feed[] = [];
    if (kinds.includes("runs"))
      feeds.push(this.#feed("runs", () => new RunsSource((request) => this.#listRuns(request))));
    if (kinds.includes("platforms"))
      feeds.push(this.#feed("platforms", () => new PlatformsSource(this.#options.store)));
    if (kinds.includes("run")) feeds.push(...(await this.#runFeeds(run)));
    await Promise.all(feeds.map(({ ready }) => ready));
    if (kinds.includes("log")) feeds.push(...(await this.#logFeeds(log)));
    return [...new Set(feeds)];
  }

  /** Lets a listener hear prepared feeds: what it missed since `lastId`, else `reset`; then what comes. The function returned ends it. */
  join(feeds: readonly Feed[], listener: Listener, lastId: string | undefined): () => void {
    this.#listeners.add(listener);
    this.#start();
    for (const event of this.#catchUp(feeds, lastId)) listener.send(event);
    for (const { standing } of feeds) if (standing !== undefined) listener.send(standing);
    for (const feed of feeds) feed.add(listener);
    return () => {
      for (const feed of feeds) feed.remove(listener);
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#rest();
    };
  }

  /** Says goodbye to everybody. */
  close(): void {
    this.#isClosed = true;
    for (const listener of [...this.#listeners]) listener.end(eventText("bye", {}));
    this.#listeners.clear();
    this.#rest();
    for (const feed of this.#feeds.values()) feed.close();
    this.#feeds.clear();
  }

  /** What a listener missed since `lastId`; and what he must read anew, where that is not known any more. */
  #catchUp(feeds: readonly Feed[], lastId: string | undefined): readonly Buffer[] {
    const last = this.#numbers.read(lastId);
    if (last === undefined) return [this.#reset()];
    const missed: SentEvent[] = [];
    const only: string[] = [];
    for (const feed of feeds) {
      const events = feed.since(last);
      if (events !== undefined) missed.push(...events);
      else if (feed.run === undefined) return [this.#reset()];
      else only.push(feed.run);
    }
    const resumed = missed.toSorted((a, b) => a.number - b.number).map(({ bytes }) => bytes);
    return only.length === 0 ? resumed : [...resumed, this.#reset(only)];
  }

  #reset(only?: readonly string[]): Buffer {
    const id = this.#numbers.text(this.#numbers.last);
    return eventText("reset", { now: this.#options.clock.now(), ...(only && { only: [...only] }) }, id);
  }

  /** A run that was deleted must not take the others with it. */
  async #runFeeds(refs: readonly string[]): Promise<readonly Feed[]> {
    const asked = await Promise.allSettled(refs.map((ref) => this.#runFeed(ref)));
    const found = asked.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    for (const one of asked) {
      if (one.status === "rejected" && (found.length === 0 || !isNotFound(one.reason))) throw one.reason;
    }
    return found;
  }

  async #runFeed(ref: string): Promise<Feed> {
    const { store, services } = this.#options;
    const describe = (run: string): ReturnType<typeof services.getRun> => services.getRun({ run }, quietCall);
    const { id } = await describe(ref);
    return this.#feed(`run ${id}`, () => new RunSource({ store, describe, run: id as RunId }));
  }

  async #logFeeds(refs: readonly string[]): Promise<readonly Feed[]> {
    const { followLog } = this.#options;
    if (followLog === undefined) return [];
    const feeds = refs.map((ref) => this.#feed(`log ${ref}`, () => new LogSource(logName(ref), followLog)));
    const looked = await Promise.allSettled(feeds.map(({ ready }) => ready));
    for (const one of looked) if (one.status === "rejected" && !isNotFound(one.reason)) throw one.reason;
    return feeds.filter(({ isClosed }) => !isClosed);
  }

  #listRuns(request: Checked<"listRuns">): ReturnType<EventHubOptions["services"]["listRuns"]> {
    return this.#options.services.listRuns(request, quietCall);
  }

  #feed<Name extends EventName>(key: string, makeSource: () => Source<Name>): Feed {
    const known = this.#feeds.get(key);
    if (known !== undefined) return known;
    const feed = new Feed({
      source: makeSource(),
      clock: this.#options.clock,
      numbers: this.#numbers,
      onIdle: () => this.#feeds.delete(key),
    }) as unknown as Feed;
    this.#feeds.set(key, feed);
    return feed;
  }

  #start(): void {
    if (this.#stopHints !== undefined) return;
    this.#stopHints = this.#options.store.onHint(({ run }) => {
      if (run === undefined) for (const feed of this.#feeds.values()) feed.wake();
      else for (const key of [`run ${run}`, "runs"]) this.#feeds.get(key)?.wake();
    });
    this.#beat();
  }

  #beat(): void {
    this.#cancelBeat = this.#options.clock.after(heartbeatMs, () => {
      for (const listener of [...this.#listeners]) listener.send(heartbeat);
      this.#beat();
    });
  }

  #rest(): void {
    this.#cancelBeat();
    this.#stopHints?.();
    this.#stopHints = undefined;
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof FlotillaError && notFound.has(error.code);
}

/** `RUN/TASK`; a task's name may have slashes of its own. */
function logName(ref: string): LogName {
  const slash = ref.indexOf("/");
  return { run: ref.slice(0, slash), task: ref.slice(slash + 1) };
}

/** The server asks for itself. */
const quietCall = { by: "server", role: "viewer", signal: new AbortController().signal } as const;
