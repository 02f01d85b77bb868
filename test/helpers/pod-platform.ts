import type { ArtifactStore } from "../../src/artifacts/artifact-store.ts";
import { KubeClient } from "../../src/platforms/kubernetes/kube-client.ts";
import { findCluster } from "../../src/platforms/kubernetes/kubeconfig.ts";
import {
  KubernetesPlatform,
  type KubernetesPlatformOptions,
} from "../../src/platforms/kubernetes/kubernetes-platform.ts";
import type { Report } from "../../src/platforms/platform.ts";
import { noteListener } from "./task-api-port.ts";
import { TaskApi } from "../../src/platforms/task-api/task-api.ts";

/** A namespace of a real cluster, for whoever has the token. */
export interface PodPlace {
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly token: string;
  readonly image: string;
  /** Under which pods reach whoever listened last. */
  readonly address: string;
}

/** A client for whoever has the token. */
export function clientOf({
  kubeconfig,
  namespace,
  token,
}: Pick<PodPlace, "kubeconfig" | "namespace" | "token">): KubeClient {
  const access = findCluster({ kubeconfig, environment: {} });
  return new KubeClient({ ...access, namespace, readCredentials: () => Promise.resolve({ token }) });
}

/** A platform of pods with a task API of its own. */
export function openPodPlatform(
  { kubeconfig, namespace, token, image, address }: PodPlace,
  options: Pick<KubernetesPlatformOptions, "directory"> &
    Partial<KubernetesPlatformOptions> & {
      readonly artifacts: ArtifactStore;
      /** Told what the runners in pods tell. */
      readonly onTask?: (report: Report) => void;
    },
): KubernetesPlatform {
  const { directory, artifacts, onTask, ...more } = options;
  const taskApi = new TaskApi({ directory, artifacts, advertise: address });
  const listening = taskApi.listen({ host: "127.0.0.1", port: 0 }).then(({ port }) => noteListener(directory, port));
  if (onTask !== undefined) taskApi.onReport(onTask);
  const client = clientOf({ kubeconfig, namespace, token });
  const whenClosed = async (): Promise<void> => {
    await listening;
    await taskApi.close();
  };
  return new KubernetesPlatform({ directory, client, taskApi, image, whenClosed, ...more });
}
