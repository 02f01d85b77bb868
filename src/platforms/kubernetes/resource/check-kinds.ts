import { KubeClient } from "../kube-client.ts";
import type { ClusterAccess } from "../kubeconfig.ts";
import { refused } from "../list-objects.ts";
import { findKind } from "./find-kind.ts";

/**
 * Looks at one object of each kind, `batch/v1/Job`, in our namespace.
 * Rejects with `TASK_CONFIG` for a kind that the cluster does not know, `CLUSTER_REFUSED` for one that we may not see, and with
 * `CLUSTER_ACCESS`, `CLUSTER_UNREACHABLE`.
 */
export async function checkKinds(access: ClusterAccess, kinds: readonly string[]): Promise<void> {
  const client = new KubeClient(access, { patienceMs: 5000, timeoutMs: 5000 });
  try {
    for (const name of kinds) {
      const slash = name.lastIndexOf("/");
      const manifest = { apiVersion: name.slice(0, slash), kind: name.slice(slash + 1) };
      const { path, inWords } = await findKind(client, access.namespace, manifest);
      const answer = await client.request({ method: "GET", path, query: { limit: 1 } });
      if (answer.status !== 200) throw refused(`list ${inWords}`, answer);
    }
  } finally {
    client.close();
  }
}
