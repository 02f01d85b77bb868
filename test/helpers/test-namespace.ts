import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments, stringify } from "yaml";
import { KubeClient } from "../../src/platforms/kubernetes/kube-client.ts";
import { findCluster } from "../../src/platforms/kubernetes/kubeconfig.ts";
import { podPath } from "../../src/platforms/kubernetes/pod-path.ts";
import type { Pod } from "../../src/platforms/kubernetes/pod.ts";
import { type RunningKubernetes, startKubernetes } from "../engines/kubernetes.ts";
import { sourceFolder } from "../engines/places.ts";

/** A namespace at the restricted level, with nothing granted to us but the Role that is shipped. */
export interface TestNamespace {
  readonly cluster: RunningKubernetes;
  readonly name: string;
  /** Of the service account of ours. */
  readonly token: string;
  readonly administrator: KubeClient;
  /** The text of one for the service account. */
  kubeconfig(): string;
  /** With all that is in it. */
  remove(): Promise<void>;
}

let taken = 0;

interface Grant {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
}

/** @param kinds of resources that steps may make there, besides; each is granted as the Role for resources that is shipped grants its own */
export async function takeNamespace(kinds: readonly Grant[] = []): Promise<TestNamespace> {
  const cluster = await startKubernetes();
  const name = `flotilla-test-${process.pid}-${++taken}`;
  const administrator = new KubeClient(findCluster({ kubeconfig: cluster.kubeconfig, environment: {} }));
  const post = async (path: string, body: unknown): Promise<Readonly<Record<string, unknown>>> => {
    const answer = await administrator.request({ method: "POST", path, body });
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  await post("/api/v1/namespaces", { metadata: { name, labels } });
  const paths: Readonly<Record<string, string>> = {
    ServiceAccount: `/api/v1/namespaces/${name}/serviceaccounts`,
    Role: `/apis/rbac.authorization.k8s.io/v1/namespaces/${name}/roles`,
    RoleBinding: `/apis/rbac.authorization.k8s.io/v1/namespaces/${name}/rolebindings`,
  };
  const objects = shippedObjects("role.yaml");
  if (kinds.length > 0) objects.push(...shippedObjects("role-resources.yaml").map((object) => granting(object, kinds)));
  for (const object of objects) {
    for (const subject of object.subjects ?? []) subject.namespace = name;
    await post(paths[object.kind]!, object);
  }
  const made = await post(`${paths["ServiceAccount"]}/flotilla/token`, { spec: { expirationSeconds: 3600 } });
  const { token } = made["status"] as { token: string };
  return {
    cluster,
    name,
    token,
    administrator,
    kubeconfig() {
      const config = parse(readFileSync(cluster.kubeconfig, "utf8")) as { users: { user: object }[] };
      for (const user of config.users) user.user = { token };
      return stringify(config);
    },
    async remove() {
      await administrator.request({ method: "DELETE", path: `/api/v1/namespaces/${name}` });
      administrator.close();
      await cluster.stop();
    },
  };
}

interface Shipped {
  readonly kind: string;
  readonly subjects?: { namespace?: string }[];
  readonly rules?: (Grant & { readonly verbs: readonly string[] })[];
}

function granting(object: Shipped, kinds: readonly Grant[]): Shipped {
  if (object.rules === undefined) return object;
  const [{ verbs }] = object.rules as [NonNullable<Shipped["rules"]>[number]];
  return { ...object, rules: [...object.rules, ...kinds.map((kind) => ({ ...kind, verbs }))] };
}

function shippedObjects(file: string): Shipped[] {
  const text = readFileSync(join(sourceFolder, "../../deploy/kubernetes", file), "utf8");
  return parseAllDocuments(text).map((document) => document.toJS() as Shipped);
}

/** Also those that nobody answers for any more. */
export async function removePods({ administrator, name }: TestNamespace): Promise<void> {
  const { body } = await administrator.request({ method: "GET", path: podPath(name) });
  for (const pod of (body["items"] ?? []) as Pod[]) {
    const path = podPath(name, pod.metadata.name);
    await administrator.request({ method: "DELETE", path, body: { gracePeriodSeconds: 0 } });
    const patch = { metadata: { finalizers: null } };
    await administrator.request({ method: "PATCH", path, body: patch, contentType: "application/merge-patch+json" });
  }
}
