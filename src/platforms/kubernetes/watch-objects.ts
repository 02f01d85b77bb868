import { setTimeout as delay } from "node:timers/promises";
import { FlotillaError } from "../../core/errors.ts";
import { jsonLines } from "./json-lines.ts";
import type { KubeClient } from "./kube-client.ts";
import { type KubeObject, withoutFieldOwners } from "./kube-object.ts";
import { listObjects, type ObjectCollection, refused } from "./list-objects.ts";

export interface ObjectWatchOptions<T extends KubeObject> extends ObjectCollection {
  readonly labelSelector: string;
  /** One is there, or has changed. May be told of the same state twice. */
  readonly onSeen: (object: T) => void;
  /** It is there no more; what was last seen of it. */
  readonly onGone: (object: T) => void;
  /** Everything was listed and compared. */
  readonly onListed?: () => void;
  /** What keeps us from looking, in words; it is tried again. */
  readonly onTrouble: (why: string) => void;
  readonly pageSize?: number;
  /** Servers send a bookmark every minute; a connection that is silent for longer is dead. */
  readonly idleMs?: number;
  /** So often everything is listed and compared, whatever the watch has told. */
  readonly reconcileMs?: number;
  readonly firstWaitMs?: number;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (why: unknown) => void;
}

const defaults = {
  onListed: () => undefined,
  pageSize: 500,
  idleMs: 90_000,
  reconcileMs: 5 * 60_000,
  firstWaitMs: 250,
};
const longestWaitMs = 15_000;

/**
 * Knows the objects of a collection that a selector takes. Listing and comparing is the truth; the watch merely shortens the delay. It goes on
 * from where it was when a connection ends, and lists anew when the server has forgotten that place (410, which may also
 * come inside an answer of 200).
 */
export class ObjectWatch<T extends KubeObject> {
  readonly #client: KubeClient;
  readonly #options: Required<ObjectWatchOptions<T>>;
  readonly #closing = new AbortController();
  readonly #known = new Map<string, T>();
  #running: Promise<void> | undefined;
  #waiters: Waiter[] = [];
  #hasListed = false;

  constructor(client: KubeClient, options: ObjectWatchOptions<T>) {
    this.#client = client;
    this.#options = { ...defaults, ...options };
  }

  begin(): void {
    this.#running ??= this.#run();
  }

  /** Begins, if it has not; resolves when everything was listed once, rejects with what keeps us from it. */
  async listed(): Promise<void> {
    this.begin();
    if (!this.#hasListed) await new Promise<void>((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  all(): readonly T[] {
    return [...this.#known.values()];
  }

  get(name: string): T | undefined {
    return this.#known.get(name);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#settle((waiter) => waiter.reject(new Error("the watch was closed")));
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#isClosed;) {
      try {
        const from = await this.#reconcile();
        failures = 0;
        await this.#follow(from);
      } catch (thrown) {
        if (this.#isClosed) return;
        this.#options.onTrouble(thrown instanceof Error ? thrown.message : String(thrown));
        this.#settle((waiter) => waiter.reject(thrown));
        await this.#rest(failures++);
      }
    }
  }

  async #reconcile(): Promise<string> {
    const listing = { ...this.#options, signal: this.#closing.signal };
    const { objects, resourceVersion } = await listObjects<T>(this.#client, listing);
    const names = new Set(objects.map(({ metadata }) => metadata.name));
    for (const object of this.all()) if (!names.has(object.metadata.name)) this.#gone(object);
    for (const object of objects) this.#seen(object);
    this.#hasListed = true;
    this.#settle((waiter) => waiter.resolve());
    this.#options.onListed();
    return resourceVersion;
  }

  /** Watches, in one connection after the other, until everything is to be listed anew. */
  async #follow(from: string): Promise<void> {
    const until = performance.now() + this.#options.reconcileMs;
    for (let version = from, failures = 0; !this.#isClosed && performance.now() < until;) {
      const watched = await this.#watch(version, until);
      if (watched === "expired") return;
      failures = watched.version === version ? failures + 1 : 0;
      version = watched.version;
      if (failures > 0) await this.#rest(failures - 1);
    }
  }

  /** One connection. Where it breaks does not matter: what it told last is where the next one goes on. */
  async #watch(from: string, until: number): Promise<"expired" | { readonly version: string }> {
    const { path, inWords, labelSelector, idleMs } = this.#options;
    const timeoutSeconds = Math.max(1, Math.ceil((until - performance.now()) / 1000));
    let version = from;
    try {
      const stream = await this.#client.stream({
        method: "GET",
        path,
        query: { labelSelector, watch: true, allowWatchBookmarks: true, resourceVersion: from, timeoutSeconds },
        signal: this.#closing.signal,
      });
      if (stream.statusCode === 410) {
        stream.resume();
        return "expired";
      }
      if (stream.statusCode !== 200) {
        stream.resume();
        throw refused(`watch ${inWords}`, { status: stream.statusCode!, body: {} });
      }
      for await (const event of jsonLines(stream, idleMs)) {
        const { type, object } = event as { type: string; object: T };
        // Whatever the error is, to list anew is what mends it.
        if (type === "ERROR") return "expired";
        version = object.metadata.resourceVersion ?? version;
        if (type === "DELETED") this.#gone(withoutFieldOwners(object));
        else if (type !== "BOOKMARK") this.#seen(withoutFieldOwners(object));
      }
    } catch (thrown) {
      if (thrown instanceof FlotillaError) throw thrown;
    }
    return { version };
  }

  #seen(object: T): void {
    const { name, uid, resourceVersion } = object.metadata;
    const known = this.#known.get(name);
    if (known !== undefined && known.metadata.uid !== uid) this.#gone(known);
    this.#known.set(name, object);
    if (known?.metadata.resourceVersion !== resourceVersion) this.#options.onSeen(object);
  }

  #gone(object: T): void {
    if (this.#known.delete(object.metadata.name)) this.#options.onGone(object);
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  #settle(act: (waiter: Waiter) => void): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    waiters.forEach(act);
  }

  async #rest(failures: number): Promise<void> {
    const waitMs = Math.random() * Math.min(this.#options.firstWaitMs * 2 ** failures, longestWaitMs);
    await delay(waitMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }
}
