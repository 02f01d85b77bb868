import { KubeClient } from "./kube-client.ts";
import type { ClusterAccess } from "./kubeconfig.ts";

/** As the API server has it, `v1.34.4`. Rejects with `CLUSTER_ACCESS`, `CLUSTER_UNREACHABLE`, `CLUSTER_REFUSED`. */
export async function versionOf(access: ClusterAccess): Promise<string> {
  const client = new KubeClient(access, { patienceMs: 5000, timeoutMs: 5000 });
  try {
    const { body } = await client.request({ method: "GET", path: "/version" });
    return String(body["gitVersion"]);
  } finally {
    client.close();
  }
}
