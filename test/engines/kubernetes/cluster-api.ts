import { readFileSync } from "node:fs";
import { request } from "node:https";
import { text } from "node:stream/consumers";

interface Kubeconfig {
  readonly clusters: readonly { cluster: { server: string; "certificate-authority-data": string } }[];
  readonly users: readonly { user: { "client-certificate-data": string; "client-key-data": string } }[];
}

/** One request to an API server, as whom a kubeconfig of our own making (kubeconfig.ts) names. */
export async function askCluster(
  kubeconfig: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: string }> {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfig, "utf8")) as Kubeconfig;
  const decoded = (data: string): Buffer => Buffer.from(data, "base64");
  const { cluster } = clusters[0]!;
  const { user } = users[0]!;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(path, cluster.server),
      {
        method,
        agent: false,
        headers: { "content-type": "application/json" },
        ca: decoded(cluster["certificate-authority-data"]),
        cert: decoded(user["client-certificate-data"]),
        key: decoded(user["client-key-data"]),
      },
      (response) => {
        text(response).then((answer) => resolve({ status: response.statusCode!, body: answer }), reject);
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
