import { readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, onTestFinished } from "vitest";
import { noKubernetes } from "../../../test/engines/kubernetes.ts";
import { openFrontDoor } from "../../../test/helpers/front-door.ts";
import { openPodPlatform, type PodPlace } from "../../../test/helpers/pod-platform.ts";
import { portOfListener } from "../../../test/helpers/task-api-port.ts";
import { takeNamespace, type TestNamespace } from "../../../test/helpers/test-namespace.ts";
import { platformContract } from "../platform-contract.ts";
import { projectGrounds } from "../../../test/helpers/project-ground.ts";
import type { KubernetesPlatform } from "./kubernetes-platform.ts";
import { podPath } from "./pod-path.ts";
import type { Pod } from "./pod.ts";
import { readPod } from "./pod-calls.ts";
import { podName } from "./pod-names.ts";

const reason = noKubernetes === undefined ? "" : ` (${noKubernetes})`;

describe.skipIf(noKubernetes !== undefined)(`with a real cluster${reason}`, () => {
  let namespace: TestNamespace;
  beforeAll(async () => {
    namespace = await takeNamespace();
  }, 120_000);
  afterAll(() => namespace.remove(), 60_000);
  const makeProject = projectGrounds();

  platformContract("kubernetes", async () => {
    const { flotilla, artifacts, code, startAndDie } = await makeProject();
    const { cluster, name, token, administrator } = namespace;
    const door = await openFrontDoor(() => portOfListener(flotilla), cluster.nodeAddress);
    const { kubeconfig, image } = cluster;
    onTestFinished(() => removePods(namespace));
    const place: PodPlace = { kubeconfig, namespace: name, token, image, address: door.address };
    return {
      artifacts,
      code,
      leftOf: async (id) => {
        const pod = await readPod(administrator, name, podName(id));
        return pod?.status?.containerStatuses?.filter(({ state }) => state?.running !== undefined) ?? [];
      },
      open(): KubernetesPlatform {
        const platform = openPodPlatform(place, { directory: flotilla, artifacts });
        onTestFinished(() => platform.close());
        return platform;
      },
      startAndDie: (spec) => startAndDie(spec, { type: "pods", ...place }),
      makeFile: makeFileInPod,
      beginsWithinMs: 15_000,
    };
  });
});

/** Nodes are on this machine: a process whose current directory has this path sees the file that is made beside it. */
function makeFileInPod(path: string): void {
  const process_ = readdirSync("/proc").find((name) => /^\d+$/.test(name) && placeOf(name) === dirname(path));
  if (process_ === undefined) throw new Error(`no process works in ${dirname(path)}`);
  writeFileSync(`/proc/${process_}/root${path}`, "");
}

function placeOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return ""; // it has ended
  }
}

/** Also those that nobody answers for any more. */
async function removePods({ administrator, name }: TestNamespace): Promise<void> {
  const { body } = await administrator.request({ method: "GET", path: podPath(name) });
  for (const pod of (body["items"] ?? []) as Pod[]) {
    const path = podPath(name, pod.metadata.name);
    await administrator.request({ method: "DELETE", path, body: { gracePeriodSeconds: 0 } });
    const patch = { metadata: { finalizers: null } };
    await administrator.request({ method: "PATCH", path, body: patch, contentType: "application/merge-patch+json" });
  }
}
