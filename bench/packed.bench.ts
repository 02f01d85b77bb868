import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { openDiskStore } from "../src/artifacts/disk-store.ts";
import type { Plan } from "../src/core/plan.ts";
import { KubernetesPlatform } from "../src/platforms/kubernetes/kubernetes-platform.ts";
import type { Report } from "../src/platforms/platform.ts";
import { TaskApi } from "../src/platforms/task-api/task-api.ts";
import { noKubernetes } from "../test/engines/kubernetes.ts";
import { clientOf } from "../test/helpers/pod-platform.ts";
import { takeNamespace, type TestNamespace } from "../test/helpers/test-namespace.ts";
import { type BenchOptions, type Measured, note } from "./figures.ts";
import { makeProject, openFleet } from "./fleet.ts";
import { pythonFleet } from "./plans.ts";

const upTo = 200;
const poisoned = 3;
const module = `
import time

def item(n):
    if n % 100 == 7 and n < ${poisoned * 100}:
        raise ValueError("poisoned")
    time.sleep(0.05)
    return n
`;

/** Items of 50 ms, some of which fail, as tasks that share pods ÷ one plain loop over them in one process of this machine. */
export default async function packed({ small }: BenchOptions): Promise<Measured> {
  if (noKubernetes !== undefined) throw new Error(noKubernetes);
  const namespace = await takeNamespace();
  const count = small ? 400 : 10_000;
  try {
    const bare = loopSeconds(count);
    const { seconds, packedPods, failed } = await ourSeconds(namespace, count);
    note(`a loop ${bare.toFixed(1)} s, ours ${seconds.toFixed(1)} s, ${packedPods} pods, ${failed} failed`);
    const packedRatio = seconds / bare;
    if (failed !== poisoned) throw new Error(`${failed} tasks failed, of ${poisoned} that were to`);
    return { figures: { packedRatio, packedPods }, holds: packedRatio <= 1.3 && packedPods <= Math.ceil(count / upTo) };
  } finally {
    await namespace.remove();
  }
}

function loopSeconds(count: number): number {
  const loop = `
for n in range(1, ${count} + 1):
    try:
        item(n)
    except ValueError:
        pass
`;
  const started = performance.now();
  execFileSync("python3", ["-c", module + loop]);
  return (performance.now() - started) / 1000;
}

interface Packed {
  readonly seconds: number;
  readonly packedPods: number;
  readonly failed: number;
}

async function ourSeconds({ cluster, name, token }: TestNamespace, count: number): Promise<Packed> {
  const project = makeProject({ "tasks.py": module });
  const directory = join(project.folder, ".flotilla");
  const artifacts = openDiskStore(join(directory, "artifacts"));
  const client = clientOf({ kubeconfig: cluster.kubeconfig, namespace: name, token });
  const taskApi = new TaskApi({ directory, artifacts });
  await taskApi.listen({ host: cluster.nodeAddress, port: 0 });
  const { image } = cluster;
  const whenClosed = (): Promise<void> => taskApi.close();
  const platform = new NotingPlatform({ name: "pods", directory, client, taskApi, image, whenClosed });
  const fleet = await openFleet(project.folder, { platforms: [platform] });
  try {
    const { row, seconds } = await fleet.finish(planOf(count));
    const failed = row.counts.reduce((sum, { failed: some }) => sum + some, 0);
    return { seconds, packedPods: platform.pods.size, failed };
  } finally {
    await fleet.close();
    project.remove();
  }
}

function planOf(count: number): Plan {
  const plan = pythonFleet(count, { module: "tasks", function: "item", python: "python3" });
  const pack = { upTo, atMostMs: 3_600_000, idleMs: 5000 };
  const steps = plan.steps.map((step) => ({ ...step, on: "pods", pack, resources: { all: { cpu: 0.02 } } }));
  return { ...plan, steps };
}

/** Knows in which pods tasks ran. */
class NotingPlatform extends KubernetesPlatform {
  readonly pods = new Set<unknown>();

  override onReport(listener: (report: Report) => void): void {
    super.onReport((report) => {
      if (report.type === "running") this.pods.add(report.handle["pod"]);
      listener(report);
    });
  }
}
