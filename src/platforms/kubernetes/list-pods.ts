import { FlotillaError } from "../../core/errors.ts";
import type { KubeAnswer, KubeClient } from "./kube-client.ts";
import type { Pod } from "./pod.ts";

export interface PodListOptions {
  readonly namespace: string;
  readonly labelSelector: string;
  readonly pageSize: number;
  readonly signal: AbortSignal;
}

interface PodList {
  readonly pods: readonly Pod[];
  /** From here on a watch tells what has changed since. */
  readonly resourceVersion: string;
}

/** The path of the pods of a namespace, or of one of them. */
export function podPath(namespace: string, name?: string): string {
  const all = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  return name === undefined ? all : `${all}/${encodeURIComponent(name)}`;
}

/**
 * All pods that a selector takes, asked for in pages.
 * @throws FlotillaError `CLUSTER_REFUSED`, and what `KubeClient.request` throws
 */
export async function listPods(client: KubeClient, options: PodListOptions): Promise<PodList> {
  const { namespace, labelSelector, pageSize, signal } = options;
  const pods: Pod[] = [];
  for (let from: string | undefined; ;) {
    const answer = await client.request({
      method: "GET",
      path: podPath(namespace),
      query: { labelSelector, limit: pageSize, continue: from },
      signal,
    });
    // The pages that are left have expired: what has been read so far belongs to no moment.
    if (answer.status === 410 && from !== undefined) return listPods(client, options);
    if (answer.status !== 200) throw refused(`list the pods of the namespace ${namespace}`, answer);
    const { metadata, items } = answer.body as { metadata?: ListMetadata; items?: readonly Pod[] };
    for (const pod of items ?? []) pods.push(withoutFieldOwners(pod));
    from = metadata?.continue;
    if (from === undefined || from === "") return { pods, resourceVersion: metadata?.resourceVersion ?? "0" };
  }
}

interface ListMetadata {
  readonly resourceVersion?: string;
  readonly continue?: string;
}

/** Who wrote which field is half of a pod's size, and we keep many pods. */
export function withoutFieldOwners(pod: Pod): Pod {
  const { managedFields: _owners, ...metadata } = pod.metadata as Pod["metadata"] & { managedFields?: unknown };
  return { ...pod, metadata };
}

export function refused(wish: string, { status, body }: KubeAnswer): FlotillaError {
  const said = typeof body["message"] === "string" ? body["message"] : `status ${status}`;
  const mend = status === 403 ? { mend: "deploy/kubernetes/role.yaml grants all that is needed" } : {};
  return new FlotillaError("CLUSTER_REFUSED", `the cluster does not let us ${wish}: ${said}`, mend);
}
