import type { KubeAnswer, KubeClient } from "../kube-client.ts";
import { refused } from "../list-objects.ts";
import { finalizer } from "../pod-names.ts";
import { objectPath, type ResourceKind } from "./find-kind.ts";
import type { NewResource } from "./make-resource.ts";
import { keptLabel, type ResourceObject } from "./resource-object.ts";

export type ResourceCreation =
  /** Made just now, or there already: of an earlier call, or somebody else's. */
  | { readonly type: "there"; readonly object: ResourceObject }
  | { readonly type: "refused"; readonly answer: KubeAnswer };

/** @throws FlotillaError what `KubeClient.request` throws */
export async function createResource(
  client: KubeClient,
  kind: ResourceKind,
  object: NewResource,
): Promise<ResourceCreation> {
  const answer = await client.request({ method: "POST", path: kind.path, body: object });
  if (answer.status < 300) return { type: "there", object: answer.body as unknown as ResourceObject };
  const there = answer.status === 409 ? await readResource(client, kind, object.metadata.name) : undefined;
  return there === undefined ? { type: "refused", answer } : { type: "there", object: there };
}

/** @throws FlotillaError `CLUSTER_REFUSED`, and what `KubeClient.request` throws */
export async function readResource(
  client: KubeClient,
  kind: ResourceKind,
  name: string,
): Promise<ResourceObject | undefined> {
  const answer = await client.request({ method: "GET", path: objectPath(kind, name) });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw refused(`read ${kind.name} ${name}`, answer);
  return answer.body as unknown as ResourceObject;
}

/**
 * Asks for the end of an object and of all that belongs to it. Whoever asked before for its own end alone is overruled, so
 * that it is there as long as its pods are.
 * @throws FlotillaError `CLUSTER_REFUSED`, and what `KubeClient.request` throws
 */
export async function deleteResource(
  client: KubeClient,
  kind: ResourceKind,
  { metadata }: ResourceObject,
): Promise<void> {
  const answer = await client.request({
    method: "DELETE",
    path: objectPath(kind, metadata.name),
    body: {
      kind: "DeleteOptions",
      apiVersion: "v1",
      propagationPolicy: "Foreground",
      preconditions: { uid: metadata.uid },
    },
  });
  if (!isDone(answer)) throw refused(`delete ${kind.name} ${metadata.name}`, answer);
}

/**
 * Takes our finalizer away: the object is its controller's alone from then on. One that is kept is marked, so that we do not
 * look after it any more. False if it changed meanwhile: then it is to be looked at again.
 * @throws FlotillaError `CLUSTER_REFUSED`, and what `KubeClient.request` throws
 */
export async function releaseResource(
  client: KubeClient,
  kind: ResourceKind,
  { metadata }: ResourceObject,
  { isKept }: { readonly isKept: boolean },
): Promise<boolean> {
  const { name, uid, resourceVersion, finalizers = [] } = metadata;
  const answer = await client.request({
    method: "PATCH",
    path: objectPath(kind, name),
    // Custom resources know no strategic patch; so the list is written whole, over the version that it was read from.
    contentType: "application/merge-patch+json",
    body: {
      metadata: {
        uid,
        resourceVersion,
        finalizers: finalizers.filter((one) => one !== finalizer),
        ...(isKept ? { labels: { [keptLabel]: "true" } } : {}),
      },
    },
  });
  if (!isDone(answer)) throw refused(`let go of ${kind.name} ${name}`, answer);
  return answer.status !== 409;
}

/** What is there no more, or is another of the same name, is left alone. */
function isDone({ status }: KubeAnswer): boolean {
  return status < 300 || status === 404 || status === 409;
}
