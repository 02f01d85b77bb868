import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { bareImage, makeBareImage } from "../../../test/engines/bare-image.ts";
import { noKubernetes } from "../../../test/engines/kubernetes.ts";
import { openFrontDoor } from "../../../test/helpers/front-door.ts";
import { openPodPlatform, type PodPlace } from "../../../test/helpers/pod-platform.ts";
import { projectGrounds } from "../../../test/helpers/project-ground.ts";
import { portOfListener } from "../../../test/helpers/task-api-port.ts";
import { removePods, takeNamespace, type TestNamespace } from "../../../test/helpers/test-namespace.ts";
import { classify } from "../../core/classify.ts";
import type { AttemptId } from "../../core/ids.ts";
import { type ContainerGround, containerContract } from "../container-contract.ts";
import { listen, textsOf, waitFor } from "../platform-contract.ts";
import { makeSpec } from "../test-spec.ts";
import type { KubernetesPlatform, KubernetesPlatformOptions } from "./kubernetes-platform.ts";
import { podPath } from "./pod-path.ts";
import { podName } from "./pod-names.ts";

const reason = noKubernetes === undefined ? "" : ` (${noKubernetes})`;

interface PodGround extends ContainerGround {
  readonly openWith: (options: Partial<KubernetesPlatformOptions>, address?: string) => KubernetesPlatform;
}

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
    const { cluster, name, token } = namespace;
    const door = await openFrontDoor(() => portOfListener(flotilla), cluster.nodeAddress);
    const { kubeconfig, image } = cluster;
    onTestFinished(() => removePods(namespace));
    const place: PodPlace = { kubeconfig, namespace: name, token, image, address: door.address };
    const openWith: PodGround["openWith"] = (options, address = door.address) => {
      const platform = openPodPlatform({ ...place, address }, { directory: flotilla, artifacts, ...options });
      onTestFinished(() => platform.close());
      return platform;
    };
    return {
      artifacts,
      code,
      open: () => openWith({}),
      openWith,
      startAndDie: (spec) => startAndDie(spec, { type: "pods", ...place }),
      bareImage,
      knowsStreams: false,
    };
  };

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

    it("are given no secret, as nothing would keep it out of their log", async () => {
      const ref = { kind: "secret", name: "db", key: "password" } as const;
      const { openWith } = await makeGround();
      const platform = openWith({ env: { TOKEN: ref, MODE: "x" }, secrets: { PASSWORD: ref } });
      const reports = listen(platform);
      const printed = {
        ...work,
        args: ['env | grep -c -e PASSWORD -e TOKEN || true; echo "$MODE"; ls /run/secrets 2> /dev/null || true'],
      };
      const spec = makeSpec({ work: printed, resources: { cpu: 0.1 } });
      await platform.start(spec);
      expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: true });
      const lines = await textsOf(platform.logs(spec.id));
      expect(lines).toEqual(["0", "x"]);
    });
  });
});

/** Nodes are on this machine: the process that carries the outputs of this attempt, and of no other, as its token says. */
function carrierOf(id: AttemptId): number {
  const isCarrier = (pid: string): boolean => {
    const variables = read(`/proc/${pid}/environ`).split("\0");
    return (
      variables.includes("FLOTILLA_RUNNER=carry") && variables.some((one) => one.startsWith(`FLOTILLA_TOKEN=${id}.`))
    );
  };
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
