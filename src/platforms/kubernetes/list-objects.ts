import { FlotillaError } from "../../core/errors.ts";
import type { KubeAnswer, KubeClient } from "./kube-client.ts";
import { type KubeObject, withoutFieldOwners } from "./kube-object.ts";

/** Objects of one kind in one namespace. */
export interface ObjectCollection {
  readonly path: string;
  /** For people: `the pods of the namespace team`. */
  readonly inWords: string;
}

export interface ListOptions extends ObjectCollection {
  readonly labelSelector: string;
  readonly pageSize: number;
  readonly signal: AbortSignal;
}

interface ObjectList<T> {
  readonly objects: readonly T[];
  /** From here on a watch tells what has changed since. */
  readonly resourceVersion: string;
}

/**
 * All objects of a collection that a selector takes, asked for in pages.
 * @throws FlotillaError `CLUSTER_REFUSED`, and what `KubeClient.request` throws
 */
export async function listObjects<T extends KubeObject>(
  client: KubeClient,
  options: ListOptions,
): Promise<ObjectList<T>> {
  const { path, inWords, labelSelector, pageSize, signal } = options;
  const objects: T[] = [];
  for (let from: string | undefined; ;) {
    const query = { labelSelector, limit: pageSize, continue: from };
    const answer = await client.request({ method: "GET", path, query, signal });
    // The pages that are left have expired: what has been read so far belongs to no moment.
    if (answer.status === 410 && from !== undefined) return listObjects(client, options);
    if (answer.status !== 200) throw refused(`list ${inWords}`, answer);
    const { metadata, items } = answer.body as { metadata?: ListMetadata; items?: readonly T[] };
    for (const object of items ?? []) objects.push(withoutFieldOwners(object));
    from = metadata?.continue;
    if (from === undefined || from === "") return { objects, resourceVersion: metadata?.resourceVersion ?? "0" };
  }
}

interface ListMetadata {
  readonly resourceVersion?: string;
  readonly continue?: string;
}

export function refused(wish: string, { status, body }: KubeAnswer): FlotillaError {
  const said = typeof body["message"] === "string" ? body["message"] : `status ${status}`;
  const mend = status === 403 ? { mend: "deploy/kubernetes has the Roles that grant all that is needed" } : {};
  return new FlotillaError("CLUSTER_REFUSED", `the cluster does not let us ${wish}: ${said}`, mend);
}
