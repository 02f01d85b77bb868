import type { KubeClient } from "../../src/platforms/kubernetes/kube-client.ts";

/** A kind of the tests' own, which no controller makes anything of: a test says what becomes of an object. */
export interface TestKind {
  readonly apiVersion: string;
  readonly kind: "Training";
  readonly grant: { readonly apiGroups: readonly string[]; readonly resources: readonly string[] };
  /** Writes the status of an object, as its controller does. */
  become(object: { readonly namespace: string; readonly name: string }, status: object): Promise<void>;
  remove(): Promise<void>;
}

let installed = 0;

/** Installs it in the cluster, under a group of its own. */
export async function installKind(administrator: KubeClient): Promise<TestKind> {
  const group = `test-${process.pid}-${++installed}.flotilla.dev`;
  const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const ask = async (method: "POST" | "PATCH" | "DELETE" | "GET", path: string, body?: unknown): Promise<unknown> => {
    const contentType = method === "PATCH" ? { contentType: "application/merge-patch+json" } : {};
    const answer = await administrator.request({ method, path, body, ...contentType });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const anything = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const spec = {
    type: "object",
    properties: { epochs: { type: "integer" } },
    "x-kubernetes-preserve-unknown-fields": true,
  };
  const openAPIV3Schema = { type: "object", properties: { spec, status: anything } };
  const versions = [
    { name: "v1", served: true, storage: true, schema: { openAPIV3Schema }, subresources: { status: {} } },
  ];
  const names = { plural: "trainings", singular: "training", kind: "Training" };
  const name = `trainings.${group}`;
  await ask("POST", definitions, {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name },
    spec: { group, scope: "Namespaced", names, versions },
  });
  for (let isServed = false; !isServed;) {
    const { status } = (await ask("GET", `${definitions}/${name}`)) as { status?: { conditions?: Condition[] } };
    isServed = status?.conditions?.some(({ type, status: is }) => type === "Established" && is === "True") ?? false;
  }
  return {
    apiVersion: `${group}/v1`,
    kind: "Training",
    grant: { apiGroups: [group], resources: ["trainings"] },
    async become(object, status) {
      const path = `/apis/${group}/v1/namespaces/${object.namespace}/trainings/${object.name}/status`;
      await ask("PATCH", path, { status });
    },
    async remove() {
      const { items } = (await ask("GET", `/apis/${group}/v1/trainings`)) as { items: Listed[] };
      // What tests leave in the middle of things would be held by our finalizer for good.
      for (const { metadata } of items)
        await ask("PATCH", `/apis/${group}/v1/namespaces/${metadata.namespace}/trainings/${metadata.name}`, {
          metadata: { finalizers: null },
        });
      await ask("DELETE", `${definitions}/${name}`);
    },
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
}

interface Listed {
  readonly metadata: { readonly namespace: string; readonly name: string };
}
