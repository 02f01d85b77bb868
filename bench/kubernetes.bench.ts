import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { openDiskStore } from "../src/artifacts/disk-store.ts";
import { KubeClient, type KubeRequest } from "../src/platforms/kubernetes/kube-client.ts";
import { KubernetesPlatform } from "../src/platforms/kubernetes/kubernetes-platform.ts";
import { podPath } from "../src/platforms/kubernetes/pod-path.ts";
import { isOver } from "../src/platforms/kubernetes/pod-evidence.ts";
import { PodWatch } from "../src/platforms/kubernetes/watch-pods.ts";
import { TaskApi } from "../src/platforms/task-api/task-api.ts";
import { noKubernetes } from "../test/engines/kubernetes.ts";
import { clientOf } from "../test/helpers/pod-platform.ts";
import { takeNamespace, type TestNamespace } from "../test/helpers/test-namespace.ts";
import { type BenchOptions, type Measured, median, note } from "./figures.ts";
import { makeProject, openFleet } from "./fleet.ts";
import { shellFleet } from "./plans.ts";

const cpu = 0.01;

/** Pods that do nothing, each an attempt, ÷ the same number created from one list and watched to the end; and what a pod costs in requests. */
export default async function kubernetes({ small }: BenchOptions): Promise<Measured> {
  if (noKubernetes !== undefined) throw new Error(noKubernetes);
  const namespace = await takeNamespace();
  const count = small ? 20 : 100;
  const ratios: number[] = [];
  const requests: number[] = [];
  try {
    for (let round = 1; round <= (small ? 1 : 3); round++) {
      const order = round % 2 === 1 ? ["bare", "ours"] : ["ours", "bare"];
      const seconds = { bare: 0, ours: 0 };
      for (const contestant of order)
        if (contestant === "bare") seconds.bare = await bareSeconds(namespace, count);
        else {
          const ours = await ourSeconds(namespace, count);
          seconds.ours = ours.seconds;
          requests.push(ours.requests / count);
        }
      ratios.push(seconds.ours / seconds.bare);
      note(
        `round ${round}: bare ${seconds.bare.toFixed(1)} s, ours ${seconds.ours.toFixed(1)} s, ratio ${ratios.at(-1)!.toFixed(3)}, ${requests.at(-1)!} requests a pod`,
      );
    }
  } finally {
    await namespace.remove();
  }
  const [podRatio, requestsPerPod] = [median(ratios), median(requests)];
  return { figures: { podRatio, requestsPerPod }, holds: podRatio <= 1.15 && requestsPerPod <= 5 };
}

function placeOf({ cluster, name, token }: TestNamespace): Parameters<typeof clientOf>[0] {
  return { kubeconfig: cluster.kubeconfig, namespace: name, token };
}

/** Of all kinds: those that are watched as well. */
class CountingClient extends KubeClient {
  requests = 0;

  override request(request: KubeRequest): ReturnType<KubeClient["request"]> {
    this.requests++;
    return super.request(request);
  }

  override stream(request: KubeRequest): ReturnType<KubeClient["stream"]> {
    this.requests++;
    return super.stream(request);
  }
}

/** The seconds of the run, and the requests of all kinds that it took. */
async function ourSeconds(namespace: TestNamespace, count: number): Promise<{ seconds: number; requests: number }> {
  const project = makeProject({});
  const directory = join(project.folder, ".flotilla");
  const artifacts = openDiskStore(join(directory, "artifacts"));
  const client = new CountingClient(clientOf(placeOf(namespace)).access);
  const taskApi = new TaskApi({ directory, artifacts });
  await taskApi.listen({ host: namespace.cluster.nodeAddress, port: 0 });
  const { image } = namespace.cluster;
  const whenClosed = (): Promise<void> => taskApi.close();
  const platform = new KubernetesPlatform({ name: "pods", directory, client, taskApi, image, whenClosed });
  const fleet = await openFleet(project.folder, { platforms: [platform] });
  try {
    const { seconds } = await fleet.run(shellFleet(count, ["true"], "pods", { cpu }));
    return { seconds, requests: client.requests };
  } finally {
    await fleet.close();
    project.remove();
  }
}

async function bareSeconds(namespace: TestNamespace, count: number): Promise<number> {
  const client = clientOf(placeOf(namespace));
  const run = randomUUID().slice(0, 8);
  const over = new Set<string>();
  const started = performance.now();
  let resolve: () => void = () => undefined;
  const allOver = new Promise<void>((done) => (resolve = done));
  const ignore = (): void => undefined;
  const watch = new PodWatch(client, {
    namespace: namespace.name,
    labelSelector: `run=${run}`,
    onSeen(pod) {
      if (isOver(pod)) over.add(pod.metadata.name);
      if (over.size === count) resolve();
    },
    onGone: ignore,
    onListed: ignore,
    onTrouble: ignore,
  });
  watch.begin();
  const create = (index: number): Promise<unknown> => {
    const body = barePod(`bare-${run}-${index}`, run, namespace.cluster.image);
    return client.request({ method: "POST", path: podPath(namespace.name), body });
  };
  await Promise.all(Array.from({ length: count }, (_, index) => create(index)));
  await allOver;
  const seconds = (performance.now() - started) / 1000;
  await watch.close();
  for (const name of over)
    await client.request({ method: "DELETE", path: podPath(namespace.name, name), body: { gracePeriodSeconds: 0 } });
  client.close();
  return seconds;
}

function barePod(name: string, run: string, image: string): object {
  const resources = { requests: { cpu: `${cpu * 1000}m` } };
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { run } },
    spec: {
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
      containers: [{ name: "task", image, command: ["true"], resources, securityContext }],
    },
  };
}
