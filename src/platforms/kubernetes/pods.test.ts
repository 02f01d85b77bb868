import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { bareImage, makeBareImage } from "../../../test/engines/bare-image.ts";
import { noKubernetes } from "../../../test/engines/kubernetes.ts";
import { openFrontDoor } from "../../../test/helpers/front-door.ts";
import { openPodPlatform, type PodPlace } from "../../../test/helpers/pod-platform.ts";
import { portOfListener } from "../../../test/helpers/task-api-port.ts";
import { takeNamespace, type TestNamespace } from "../../../test/helpers/test-namespace.ts";
import { type ContainerGround, containerContract } from "../container-contract.ts";
import { listen, platformContract, textsOf, waitFor } from "../platform-contract.ts";
import { projectGrounds } from "../../../test/helpers/project-ground.ts";
import { classify } from "../../core/classify.ts";
import type { AttemptId } from "../../core/ids.ts";
import { makeSpec } from "../test-spec.ts";
import type { KubernetesPlatform, KubernetesPlatformOptions } from "./kubernetes-platform.ts";
import { podPath } from "./list-pods.ts";
import type { Pod } from "./pod.ts";
import { readPod } from "./pod-calls.ts";
import { podName } from "./pod-names.ts";

const reason = noKubernetes === undefined ? "" : ` (${noKubernetes})`;

describe.skipIf(noKubernetes !== undefined)(`with a real cluster${reason}`, () => {
  let namespace: TestNamespace;
  beforeAll(async () => {
    namespace = await takeNamespace();
    await namespace.cluster.load(await makeBareImage());
  }, 120_000);
  afterAll(() => namespace.remove(), 60_000);
  const makeProject = projectGrounds();

  const makeGround = async (): Promise<PodGround> => {
    const { flotilla, artifacts, code, startAndDie } = await makeProject();
    const { cluster, name, token, administrator } = namespace;
    const door = await openFrontDoor(() => portOfListener(flotilla), cluster.nodeAddress);
    const { kubeconfig, image } = cluster;
    onTestFinished(() => removePods(namespace));
    const place: PodPlace = { kubeconfig, namespace: name, token, image, address: door.address };
    const openWith = (options: Partial<KubernetesPlatformOptions>, address = door.address): KubernetesPlatform => {
      const platform = openPodPlatform({ ...place, address }, { directory: flotilla, artifacts, ...options });
      onTestFinished(() => platform.close());
      return platform;
    };
    return {
      artifacts,
      code,
      leftOf: async (id) => {
        const pod = await readPod(administrator, name, podName(id));
        return pod?.status?.containerStatuses?.filter(({ state }) => state?.running !== undefined) ?? [];
      },
      open: () => openWith({}),
      openWith,
      startAndDie: (spec) => startAndDie(spec, { type: "pods", ...place }),
      makeFile: makeFileInPod,
      beginsWithinMs: 15_000,
      bareImage,
      knowsStreams: false,
    };
  };

  platformContract("kubernetes", makeGround);
  containerContract("kubernetes", makeGround);

  describe("container steps in pods", { timeout: 60_000 }, () => {
    /** One that ends with 0 when it is asked to, or by itself after a while, with its output there from the beginning. */
    const script =
      "trap 'exit 0' TERM; echo done > $FLOTILLA_OUTPUTS/out; echo ready; i=0; while [ $i -lt 50 ]; do i=$((i+1)); sleep 0.1; done";
    const outputs = { out: { type: "file" } } as const;
    const work = { type: "container", command: ["sh", "-euc"], args: [script], env: {} } as const;
    const begin = async (options: Partial<KubernetesPlatformOptions> = {}, address?: string) => {
      const { openWith } = await makeGround();
      const platform = openWith(options, address);
      const reports = listen(platform);
      const spec = makeSpec({ work, outputs, resources: { cpu: 0.1 } });
      await platform.start(spec);
      const isReady = async (): Promise<true | undefined> =>
        (await textsOf(platform.logs(spec.id))).includes("ready") || undefined;
      return { spec, reports, isReady };
    };
    const endOf = async ({ spec, reports }: Awaited<ReturnType<typeof begin>>) => {
      const { evidence } = await reports.ended(spec.id);
      return { verdict: classify(evidence), evidence };
    };

    it("are no success when somebody deletes the pod, though all looks well", async () => {
      const begun = await begin();
      await waitFor(begun.isReady);
      const path = podPath(namespace.name, podName(begun.spec.id));
      await namespace.administrator.request({ method: "DELETE", path, body: { gracePeriodSeconds: 20 } });
      const { verdict, evidence } = await endOf(begun);
      expect(verdict).toEqual({ type: "failed", class: "disrupted" });
      expect(evidence.gone).toContain("deleted by somebody");
    });

    it("are no success when what carries their outputs is killed", async () => {
      const begun = await begin();
      await waitFor(begun.isReady);
      process.kill(carrierOf(begun.spec.id), "SIGKILL");
      const { verdict, evidence } = await endOf(begun);
      expect(verdict).toEqual({ type: "failed", class: "disrupted" });
      expect(evidence.gone).toContain("what takes its outputs was ended before it had them");
    });

    it("say of a helper image without Python what it lacks", async () => {
      const { evidence } = await endOf(await begin({ helperImage: bareImage }));
      expect(evidence.config?.message).toMatch(
        /helper image .* cannot be run; it needs Python 3\.9 or newer: .*python3/,
      );
    });

    it("say where they wait when their pod does not reach the engine", async () => {
      const begun = await begin({ unheardMs: 100 }, `http://${namespace.cluster.nodeAddress}:9`);
      const told = await waitFor(async () =>
        begun.reports.all.find((report) => report.type === "submitted" && "waitsFor" in report.handle),
      );
      expect(told).toMatchObject({
        handle: { waitsFor: expect.stringContaining("has not reached the engine at http://") },
      });
    });
  });
});

interface PodGround extends ContainerGround {
  readonly openWith: (options: Partial<KubernetesPlatformOptions>, address?: string) => KubernetesPlatform;
}

/** Nodes are on this machine: the process that carries the outputs of this attempt, and of no other, as its token says. */
function carrierOf(id: AttemptId): number {
  const isCarrier = (pid: string): boolean =>
    read(`/proc/${pid}/environ`).includes(`FLOTILLA_TOKEN=${id}.`) &&
    read(`/proc/${pid}/cmdline`).split("\0").includes("carry");
  const pid = readdirSync("/proc").find((name) => /^\d+$/.test(name) && isCarrier(name));
  if (pid === undefined) throw new Error(`nothing carries the outputs of ${id}`);
  return Number(pid);
}

/** Empty when the process has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

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
