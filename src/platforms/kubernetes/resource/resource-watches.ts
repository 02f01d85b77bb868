import type { KubeClient } from "../kube-client.ts";
import { ObjectWatch, type ObjectWatchOptions } from "../watch-objects.ts";
import type { ResourceKind } from "./find-kind.ts";
import { type ResourceObject, resourceSelector } from "./resource-object.ts";

type WatchOptions = ObjectWatchOptions<ResourceObject>;
/** What a test shortens. */
export type WatchTimes = Partial<Pick<WatchOptions, "idleMs" | "reconcileMs" | "firstWaitMs">>;

export interface ResourceWatchesOptions {
  readonly times: WatchTimes | undefined;
  readonly onSeen: (kind: ResourceKind, object: ResourceObject) => void;
  readonly onGone: WatchOptions["onGone"];
  readonly onListed: (kind: ResourceKind) => void;
  readonly onTrouble: WatchOptions["onTrouble"];
}

/** One watch for each kind that there are attempts of, begun with the first. */
export class ResourceWatches {
  readonly #client: KubeClient;
  readonly #options: ResourceWatchesOptions;
  readonly #watches = new Map<string, ObjectWatch<ResourceObject>>();

  constructor(client: KubeClient, options: ResourceWatchesOptions) {
    this.#client = client;
    this.#options = options;
  }

  of(kind: ResourceKind): ObjectWatch<ResourceObject> {
    const known = this.#watches.get(kind.name);
    if (known !== undefined) return known;
    const { times, onSeen, onGone, onListed, onTrouble } = this.#options;
    const watch = new ObjectWatch<ResourceObject>(this.#client, {
      ...times,
      path: kind.path,
      inWords: kind.inWords,
      labelSelector: resourceSelector,
      onSeen: (object) => onSeen(kind, object),
      onGone,
      onListed: () => onListed(kind),
      onTrouble: (why) => onTrouble(`${kind.inWords} cannot be seen: ${why}`),
    });
    this.#watches.set(kind.name, watch);
    return watch;
  }

  /** All that are known just now. */
  all(): readonly ResourceObject[] {
    return [...this.#watches.values()].flatMap((watch) => watch.all());
  }

  async close(): Promise<void> {
    await Promise.all([...this.#watches.values()].map((watch) => watch.close()));
  }
}
