import { setTimeout as delay } from "node:timers/promises";
import { FlotillaError } from "../../core/errors.ts";
import type { KubeAnswer, KubeClient } from "./kube-client.ts";
import { refused } from "./list-objects.ts";
import { podPath } from "./pod-path.ts";
import type { Pod } from "./pod.ts";
import { finalizer } from "./pod-names.ts";

export type Creation =
  | { readonly type: "created"; readonly pod: Pod }
  /** There is one of that name: of an earlier call, or somebody else's. */
  | { readonly type: "exists"; readonly pod: Pod }
  | { readonly type: "refused"; readonly answer: KubeAnswer };

/** Quotas are counted by comparing and swapping; two creations at once make one of them lose, which says nothing. */
const mostConflicts = 20;

/** @throws FlotillaError what `KubeClient.request` throws */
export async function createPod(client: KubeClient, namespace: string, pod: Pod): Promise<Creation> {
  for (let conflicts = 0; ;) {
    const answer = await client.request({ method: "POST", path: podPath(namespace), body: pod });
    if (answer.status < 300) return { type: "created", pod: answer.body as unknown as Pod };
    if (answer.status !== 409) return { type: "refused", answer };
    const there = await readPod(client, namespace, pod.metadata.name);
    if (there !== undefined) return { type: "exists", pod: there };
    if (++conflicts > mostConflicts)
      throw new FlotillaError("CLUSTER_UNREACHABLE", `the cluster cannot make up its mind about ${pod.metadata.name}`);
    await delay(Math.random() * 50 * conflicts);
  }
}

/** @throws FlotillaError `CLUSTER_REFUSED`, and what `KubeClient.request` throws */
export async function readPod(client: KubeClient, namespace: string, name: string): Promise<Pod | undefined> {
  const answer = await client.request({ method: "GET", path: podPath(namespace, name) });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw refused(`read the pod ${name}`, answer);
  return answer.body as unknown as Pod;
}

/**
 * Asks for a pod's end. A grace of 0 takes the object away at once, though its processes may live on: only for one that is
 * over. One of the same name that took its place is left alone.
 * @throws FlotillaError `CLUSTER_REFUSED`, and what `KubeClient.request` throws
 */
export async function deletePod(client: KubeClient, { metadata }: Pod, graceSeconds: number): Promise<void> {
  const answer = await client.request({
    method: "DELETE",
    path: podPath(metadata.namespace ?? client.access.namespace, metadata.name),
    body: {
      kind: "DeleteOptions",
      apiVersion: "v1",
      gracePeriodSeconds: graceSeconds,
      preconditions: { uid: metadata.uid },
    },
  });
  if (answer.status >= 400 && answer.status !== 404 && answer.status !== 409)
    throw refused(`delete the pod ${metadata.name}`, answer);
}

/**
 * Lets go of a pod that is over and accounted for, and takes it away.
 * @throws FlotillaError `CLUSTER_REFUSED`, and what `KubeClient.request` throws
 */
export async function releasePod(client: KubeClient, pod: Pod): Promise<void> {
  const { name, namespace = client.access.namespace, finalizers = [], deletionTimestamp } = pod.metadata;
  if (deletionTimestamp === undefined) await deletePod(client, pod, 0);
  if (!finalizers.includes(finalizer)) return;
  const answer = await client.request({
    method: "PATCH",
    path: podPath(namespace, name),
    // Of the strategic kind, as it takes out one finalizer and leaves those of others.
    contentType: "application/strategic-merge-patch+json",
    body: { metadata: { uid: pod.metadata.uid, "$deleteFromPrimitiveList/finalizers": [finalizer] } },
  });
  if (answer.status >= 400 && answer.status !== 404 && answer.status !== 409)
    throw refused(`let go of the pod ${name}`, answer);
}
