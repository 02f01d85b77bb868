import { FlotillaError } from "../../../core/errors.ts";
import { kindOf, type ResourceManifest } from "../../../core/resource-work.ts";
import type { KubeClient } from "../kube-client.ts";
import { type ObjectCollection, refused } from "../list-objects.ts";

/** A kind that the cluster has, in our namespace. */
export interface ResourceKind extends ObjectCollection {
  /** `batch/v1/Job`. */
  readonly name: string;
}

/** The path of an object of a kind. */
export function objectPath({ path }: Pick<ResourceKind, "path">, name: string): string {
  return `${path}/${encodeURIComponent(name)}`;
}

interface ListedKind {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/**
 * Asks the cluster under which address it has a kind.
 * @throws FlotillaError `TASK_CONFIG` where it knows none of that name, or one that belongs to no namespace;
 * `CLUSTER_REFUSED`, and what `KubeClient.request` throws
 */
export async function findKind(
  client: KubeClient,
  namespace: string,
  { apiVersion, kind }: Pick<ResourceManifest, "apiVersion" | "kind">,
): Promise<ResourceKind> {
  const group = `/apis/${apiVersion.split("/").map(encodeURIComponent).join("/")}`;
  const answer = await client.request({ method: "GET", path: group });
  if (answer.status !== 200 && answer.status !== 404) throw refused(`ask for the kinds of ${apiVersion}`, answer);
  const { resources = [] } = answer.body as { readonly resources?: readonly ListedKind[] };
  // A subresource is listed beside its resource: `jobs/status`.
  const found =
    answer.status === 200 ? resources.find((one) => one.kind === kind && !one.name.includes("/")) : undefined;
  if (found === undefined)
    throw refusal(`the cluster knows no kind ${kind} in ${apiVersion}: is its operator installed?`);
  if (!found.namespaced)
    throw refusal(`${kind} (${apiVersion}) belongs to the whole cluster; steps make none of these`);
  return {
    name: kindOf({ apiVersion, kind }),
    path: `${group}/namespaces/${encodeURIComponent(namespace)}/${encodeURIComponent(found.name)}`,
    inWords: `the ${found.name} of the namespace ${namespace}`,
  };
}

function refusal(message: string): FlotillaError {
  return new FlotillaError("TASK_CONFIG", message);
}
