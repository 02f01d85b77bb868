import type { KubeClient } from "../kube-client.ts";
import { listObjects } from "../list-objects.ts";
import type { Pod } from "../pod.ts";
import { attemptLabel } from "../pod-names.ts";
import { podsOf } from "../pod-path.ts";
import { ObjectWatch, type ObjectWatchOptions } from "../watch-objects.ts";

type WatchOptions = ObjectWatchOptions<Pod>;

export interface ResourcePodsOptions
  extends
    Pick<WatchOptions, "onSeen" | "onTrouble">,
    Partial<Pick<WatchOptions, "idleMs" | "reconcileMs" | "firstWaitMs">> {
  readonly namespace: string;
}

/**
 * The pods of the namespace that are not attempts themselves: whose they are, the labels say that an author gives. One watch
 * for all resources: a watch each would be as many connections as there are attempts.
 */
export class ResourcePods {
  readonly #client: KubeClient;
  readonly #namespace: string;
  readonly #watch: ObjectWatch<Pod>;
  readonly #closing = new AbortController();

  constructor(client: KubeClient, { namespace, ...options }: ResourcePodsOptions) {
    this.#client = client;
    this.#namespace = namespace;
    const labelSelector = `!${attemptLabel}`;
    this.#watch = new ObjectWatch(client, {
      ...options,
      ...podsOf(namespace),
      labelSelector,
      onGone: () => undefined,
    });
  }

  begin(): void {
    this.#watch.begin();
  }

  all(): readonly Pod[] {
    return this.#watch.all();
  }

  /** Those that have all of the labels just now; none where they cannot be listed within so long. */
  async with(labels: Readonly<Record<string, string>>, atMostMs: number): Promise<readonly Pod[]> {
    const labelSelector = Object.entries(labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(",");
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(atMostMs)]);
    const listing = { ...podsOf(this.#namespace), labelSelector, pageSize: 500, signal };
    return listObjects<Pod>(this.#client, listing).then(
      ({ objects }) => objects,
      () => [],
    );
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#watch.close();
  }
}
