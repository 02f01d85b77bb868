import { setTimeout as delay } from "node:timers/promises";
import { FlotillaError } from "../../core/errors.ts";
import { jsonLines } from "./json-lines.ts";
import type { KubeClient } from "./kube-client.ts";
import { listPods, podPath, refused, withoutFieldOwners } from "./list-pods.ts";
import type { Pod } from "./pod.ts";

export interface PodWatchOptions {
  readonly namespace: string;
  readonly labelSelector: string;
  /** A pod is there, or has changed. May be told of the same state twice. */
  readonly onSeen: (pod: Pod) => void;
  /** It is there no more; what was last seen of it. */
  readonly onGone: (pod: Pod) => void;
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
 * Knows the pods that a selector takes. Listing and comparing is the truth; the watch merely shortens the delay. It goes on
 * from where it was when a connection ends, and lists anew when the server has forgotten that place (410, which may also
 * come inside an answer of 200).
 */
export class PodWatch {
  readonly #client: KubeClient;
  readonly #options: Required<PodWatchOptions>;
  readonly #closing = new AbortController();
  readonly #known = new Map<string, Pod>();
  #running: Promise<void> | undefined;
  #waiters: Waiter[] = [];
  #hasListed = false;

  constructor(client: KubeClient, options: PodWatchOptions) {
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

  pods(): readonly Pod[] {
    return [...this.#known.values()];
  }

  pod(name: string): Pod | undefined {
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
    const { pods, resourceVersion } = await listPods(this.#client, {
      ...this.#options,
      signal: this.#closing.signal,
    });
    const names = new Set(pods.map(({ metadata }) => metadata.name));
    for (const pod of [...this.#known.values()]) if (!names.has(pod.metadata.name)) this.#gone(pod);
    for (const pod of pods) this.#seen(pod);
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
    const { namespace, labelSelector, idleMs } = this.#options;
    const timeoutSeconds = Math.max(1, Math.ceil((until - performance.now()) / 1000));
    let version = from;
    try {
      const stream = await this.#client.stream({
        method: "GET",
        path: podPath(namespace),
        query: { labelSelector, watch: true, allowWatchBookmarks: true, resourceVersion: from, timeoutSeconds },
        signal: this.#closing.signal,
      });
      if (stream.statusCode === 410) {
        stream.resume();
        return "expired";
      }
      if (stream.statusCode !== 200) {
        stream.resume();
        throw refused(`watch the pods of the namespace ${namespace}`, { status: stream.statusCode!, body: {} });
      }
      for await (const event of jsonLines(stream, idleMs)) {
        const { type, object } = event as { type: string; object: Pod };
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

  #seen(pod: Pod): void {
    const { name, uid, resourceVersion } = pod.metadata;
    const known = this.#known.get(name);
    if (known !== undefined && known.metadata.uid !== uid) this.#gone(known);
    this.#known.set(name, pod);
    if (known?.metadata.resourceVersion !== resourceVersion) this.#options.onSeen(pod);
  }

  #gone(pod: Pod): void {
    if (this.#known.delete(pod.metadata.name)) this.#options.onGone(pod);
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
