import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeAddress } from "./network.ts";

const apiServer = `https://${nodeAddress}:16443`;

export function kubeconfigPath(directory: string, who: string): string {
  return join(directory, `${who}.kubeconfig`);
}

/** Lets somebody in by the certificate of that name. It is JSON, which is YAML as well. */
export function writeKubeconfig(directory: string, who: string): void {
  const encoded = (file: string): string => readFileSync(join(directory, "keys", file)).toString("base64");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server: apiServer, "certificate-authority-data": encoded("ca.crt") } }],
    users: [
      {
        name: who,
        user: { "client-certificate-data": encoded(`${who}.crt`), "client-key-data": encoded(`${who}.key`) },
      },
    ],
    contexts: [{ name: "test", context: { cluster: "test", user: who } }],
    "current-context": "test",
  };
  writeFileSync(kubeconfigPath(directory, who), JSON.stringify(config), { mode: 0o600 });
}
