import { vi } from "vitest";
import type { Connection } from "../api/live/connection.ts";
import type { LiveEvent, Message, Watch } from "../api/live/messages.ts";
import { createTab, type Tab } from "../api/live/tab.ts";

interface OpenStream extends Watch {
  readonly lastId: string | undefined;
  write(text: string): void;
  end(): void;
}

/** A tab, and what it heard. */
export interface FakeTab {
  readonly tab: Tab;
  readonly heard: LiveEvent[];
  readonly logins: ("needed" | "done")[];
  /** The names of the events that it heard. */
  readonly names: readonly string[];
  /** Which runs were to be read anew, with each `reset`; undefined for everything. */
  readonly resets: readonly (readonly string[] | undefined)[];
  readonly connection: Connection | undefined;
  /** Ends without a word. */
  crash(): void;
}

/** Tabs of one browser with locks and channels, and a server of events. Time is that of vitest's fake timers. */
export class FakeBrowser {
  streams: OpenStream[] = [];
  /** How often events were asked for. */
  asked = 0;
  isAway = false;
  isStranger = false;
  readonly missing = new Set<string>();
  /** Runs with which a stream that goes on must begin anew. */
  unresumable: readonly string[] = [];
  #lastNumber = 0;
  #lastTab = 0;
  readonly #channels = new Map<object, (message: Message) => void>();
  #waiting: (() => void)[] = [];
  #leads: (() => void) | undefined;

  async openAll(runs: readonly (string | undefined)[]): Promise<FakeTab[]> {
    const tabs = runs.map((run) => this.#open(`tab ${++this.#lastTab}`, run));
    await this.pass(100);
    return tabs;
  }

  async pass(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
    // Streams hand on what they hold in steps of their own.
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  }

  tell(name: string, data: unknown): void {
    const id = `e-${++this.#lastNumber}`;
    for (const stream of this.streams) stream.write(`id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  breakStreams(): void {
    for (const stream of this.streams) stream.end();
    this.streams = [];
  }

  #open(id: string, run: string | undefined): FakeTab {
    const heard: LiveEvent[] = [];
    const logins: ("needed" | "done")[] = [];
    let connection: Connection | undefined;
    const ends: (() => void)[] = [];
    const tab = createTab({
      id,
      open: (watch, lastId, signal) => this.#answer(watch, lastId, signal, ends),
      wait: (ms, signal) =>
        new Promise((resolve) => {
          setTimeout(resolve, ms);
          signal.addEventListener("abort", () => resolve());
        }),
      serverNow: () => Date.now(),
      openChannel: (hear) => {
        const key = {};
        this.#channels.set(key, hear);
        ends.push(() => this.#channels.delete(key));
        return { post: (message) => this.#post(key, message), close: () => void this.#channels.delete(key) };
      },
      elect: (onElected) => {
        const give = this.#elect(onElected);
        ends.push(give);
        return give;
      },
      onEvent: (event) => heard.push(event),
      onConnection: (next) => (connection = next),
      onLoginNeeded: () => logins.push("needed"),
      onLoggedIn: () => logins.push("done"),
    });
    tab.join();
    tab.watch({ runs: run === undefined ? [] : [run], logs: [] });
    return {
      tab,
      heard,
      logins,
      get names() {
        return heard.map(({ name }) => name);
      },
      get resets() {
        return heard.flatMap(({ name, data }) =>
          name === "reset" ? [(JSON.parse(data) as { only?: readonly string[] }).only] : [],
        );
      },
      get connection() {
        return connection;
      },
      crash: () => ends.forEach((end) => end()),
    };
  }

  #post(from: object, message: Message): void {
    const copy = structuredClone(message);
    for (const [key] of this.#channels) if (key !== from) setTimeout(() => this.#channels.get(key)?.(copy));
  }

  #elect(onElected: () => void): () => void {
    const mine = (): void => {
      this.#leads = mine;
      onElected();
    };
    if (this.#leads) this.#waiting.push(mine);
    else mine();
    return () => {
      this.#waiting = this.#waiting.filter((one) => one !== mine);
      if (this.#leads !== mine) return;
      this.#leads = undefined;
      this.#waiting.shift()?.();
    };
  }

  async #answer(
    watch: Watch,
    lastId: string | undefined,
    signal: AbortSignal,
    ends: (() => void)[],
  ): Promise<Response> {
    this.asked++;
    if (this.isAway) throw new TypeError("fetch failed");
    if (this.isStranger) return new Response("", { status: 401 });
    if (watch.runs.some((run) => this.missing.has(run))) return new Response("", { status: 404 });
    let stream!: OpenStream;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const end = (): void => {
          this.streams = this.streams.filter((one) => one !== stream);
          controller.error(new DOMException("ended", "AbortError"));
        };
        stream = { ...watch, lastId, write: (text) => controller.enqueue(new TextEncoder().encode(text)), end };
        signal.addEventListener("abort", end);
        ends.push(end);
      },
    });
    this.streams.push(stream);
    const only = lastId === undefined ? undefined : this.unresumable.filter((run) => watch.runs.includes(run));
    if (only?.length !== 0) {
      const id = lastId === undefined ? `e-${++this.#lastNumber}` : `e-${this.#lastNumber}`;
      stream.write(`id: ${id}\nevent: reset\ndata: ${JSON.stringify({ now: Date.now(), ...(only && { only }) })}\n\n`);
    }
    return new Response(body);
  }
}
