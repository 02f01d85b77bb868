import type { KubeClient } from "./kube-client.ts";
import type { Pod } from "./pod.ts";
import { podsOf } from "./pod-path.ts";
import { ObjectWatch, type ObjectWatchOptions } from "./watch-objects.ts";

export interface PodWatchOptions extends Omit<ObjectWatchOptions<Pod>, "path" | "inWords"> {
  readonly namespace: string;
}

/** Knows the pods of a namespace that a selector takes. */
export class PodWatch extends ObjectWatch<Pod> {
  constructor(client: KubeClient, { namespace, ...options }: PodWatchOptions) {
    super(client, { ...podsOf(namespace), ...options });
  }

  pods(): readonly Pod[] {
    return this.all();
  }

  pod(name: string): Pod | undefined {
    return this.get(name);
  }
}
