import type { Binding } from "../core/profile.ts";
import { defined } from "../core/defined.ts";
import { KubeClient } from "../platforms/kubernetes/kube-client.ts";
import { type ClusterAccess, findCluster } from "../platforms/kubernetes/kubeconfig.ts";
import { KubernetesPlatform } from "../platforms/kubernetes/kubernetes-platform.ts";
import { type ListenPlace, placeToListen } from "../platforms/task-api/place-to-listen.ts";
import type { TaskApis } from "./task-apis.ts";

export type KubernetesBinding = Extract<Binding, { type: "kubernetes" }>;

interface KubernetesMaking {
  readonly name: string;
  readonly directory: string;
  readonly taskApis: TaskApis;
  /** Of the command line; it wins over the profile's. */
  readonly advertise: string | undefined;
  readonly graceMs: number | undefined;
}

/** How the cluster of a binding is reached, and where its pods reach us. Rejects with `CLUSTER_ACCESS` and `TASK_API_ADDRESS`. */
export async function wayTo(
  { kubeconfig, context, namespace, listen, advertise }: KubernetesBinding,
  asked: string | undefined,
): Promise<{ readonly access: ClusterAccess; readonly where: ListenPlace }> {
  const access = findCluster({ ...defined({ kubeconfig, context, namespace }), environment: process.env });
  return { access, where: await placeToListen({ listen, advertise: asked ?? advertise }, access.server) };
}

/**
 * A namespace of a cluster as a platform, with what its pods speak to listening.
 * Rejects with `CLUSTER_ACCESS`, `TASK_API_ADDRESS`, `ADDRESS_TAKEN`.
 */
export async function makeKubernetes(
  binding: KubernetesBinding,
  making: KubernetesMaking,
): Promise<KubernetesPlatform> {
  const {
    type: _type,
    kubeconfig: _kubeconfig,
    context: _context,
    listen: _listen,
    advertise: _advertise,
    ...rest
  } = binding;
  const { taskApis, graceMs, name, directory } = making;
  const { access, where } = await wayTo(binding, making.advertise);
  const { api: taskApi, letGo } = await taskApis.use(where);
  const client = new KubeClient(access);
  const options = defined({ ...rest, graceMs });
  return new KubernetesPlatform({ name, directory, client, taskApi, whenClosed: letGo, ...options });
}
