import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noDocker, type RunningDocker, startDocker } from "../../../test/engines/docker.ts";
import { askDocker } from "../../../test/engines/docker-api.ts";
import { type GuardedRegistry, keeper, startGuardedRegistry } from "../../../test/engines/guarded-registry.ts";
import { noKubernetes } from "../../../test/engines/kubernetes.ts";
import { noRegistry, startRegistry } from "../../../test/engines/registry.ts";
import { type BegunPod, beginPod, endOfPod } from "../../../test/helpers/begun-pod.ts";
import { makeForeignImage } from "../../../test/helpers/foreign-image.ts";
import { takeNamespace, type TestNamespace } from "../../../test/helpers/test-namespace.ts";
import type { Resources } from "../../core/plan.ts";
import type { KubernetesPlatformOptions } from "./kubernetes-platform.ts";

const reason = noKubernetes === undefined ? "" : ` (${noKubernetes})`;

let taken: TestNamespace;

const begin = (
  argv: readonly string[],
  resources: Partial<Resources> = {},
  options: Partial<KubernetesPlatformOptions> = {},
): Promise<BegunPod> => beginPod(taken, argv, { ...options, spec: { resources: { cpu: 0.05, ...resources } } });
const endOf = (begun: BegunPod, atMostMs?: number): ReturnType<typeof endOfPod> => endOfPod(taken, begun, atMostMs);

const python = (script: string): string[] => ["python3", "-c", script];
const forAMinute = python("import time; time.sleep(60)");

describe.skipIf(noKubernetes !== undefined)(`on a real cluster${reason}`, { timeout: 60_000 }, () => {
  beforeAll(async () => {
    taken = await takeNamespace();
  }, 120_000);
  afterAll(() => taken.remove());

  it("a program's own exit code is its own fault", async () => {
    expect(await endOf(await begin(["sh", "-c", "exit 3"]))).toEqual({ class: "user", said: "ended with exit code 3" });
  });

  it("exit code 0 without a marker is no success", async () => {
    expect(await endOf(await begin(["true"]))).toMatchObject({ class: "disrupted" });
  });

  it("the memory limit is told with its size", async () => {
    const begun = await begin(python("x = bytearray(300_000_000)"), { memoryBytes: 48 * 2 ** 20 });
    expect(await endOf(begun)).toEqual({ class: "out_of_memory", said: "out of memory (limit 48 MiB)" });
  });

  it("an image that the node does not have and no registry gives waits, and says for what", async () => {
    const begun = await begin(["true"], {}, { image: "registry.invalid/absent:1", startWithinMs: 4000 });
    expect(await endOf(begun)).toMatchObject({
      class: "capacity",
      said: expect.stringContaining("registry.invalid/absent:1 cannot be pulled"),
    });
  });

  it("a name that is no image's is a fault of the description", async () => {
    const begun = await begin(["true"], {}, { image: "NOT/An:Image:At all", hopelessMs: 500 });
    expect(await endOf(begun)).toMatchObject({ class: "config", said: expect.stringContaining("InvalidImageName") });
  });

  it("a program that the image lacks is a fault of the description", async () => {
    const said = expect.stringContaining("has no no-such-program");
    expect(await endOf(await begin(["no-such-program"]))).toMatchObject({ class: "config", said });
  });

  it("a demand above any node waits, and says for what", async () => {
    const begun = await begin(["true"], { cpu: 64 }, { startWithinMs: 2000 });
    const said = expect.stringMatching(/no node has room: 0\/1 nodes are available: 1 Insufficient cpu/);
    expect(await endOf(begun)).toMatchObject({ class: "capacity", said });
  });

  it("a pod that somebody deletes was disrupted, and its end is not lost", async () => {
    const begun = await begin(forAMinute);
    await begun.reports.wait(begun.spec.id, "running");
    const path = `/api/v1/namespaces/${taken.name}/pods/${begun.spec.id}`;
    await taken.administrator.request({ method: "DELETE", path, body: { gracePeriodSeconds: 1 } });
    const said = expect.stringContaining("deleted by somebody (on node ");
    expect(await endOf(begun)).toMatchObject({ class: "disrupted", said });
  });

  it("a cancelled attempt ends within its grace though its program ignores it", async () => {
    const begun = await begin(python("import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"));
    await begun.reports.wait(begun.spec.id, "running");
    await begun.platform.cancel(begun.spec.id, { graceMs: 1000, why: "cancel" });
    expect(await endOf(begun)).toMatchObject({ class: "cancelled" });
  });

  it(
    "what a pod may write is limited, and that is told apart from a node that runs short",
    { timeout: 180_000 },
    async () => {
      const script = "import time; open('/flotilla/x', 'wb').write(bytes(20_000_000)); time.sleep(170)";
      // The kubelet looks once a minute.
      const begun = await begin(python(script), {}, { ephemeralStorageBytes: 2 ** 20 });
      expect(await endOf(begun, 150_000)).toMatchObject({
        class: "disk",
        said: expect.stringContaining("wrote more than it may"),
      });
    },
  );

  const missing = noDocker ?? noRegistry;
  describe.skipIf(missing !== undefined)(
    `with images in registries${missing === undefined ? "" : ` (${missing})`}`,
    () => {
      const own = `pods-${process.pid}`;
      let docker: RunningDocker;
      let open: { readonly address: string; stop(): Promise<void> };
      let guarded: GuardedRegistry;
      beforeAll(async () => {
        docker = await startDocker();
        open = await startRegistry();
        guarded = await startGuardedRegistry();
      }, 120_000);
      afterAll(async () => {
        await guarded.stop();
        await open.stop();
        await docker.stop();
      }, 60_000);

      const ask = (method: string, path: string, auth = "{}") =>
        askDocker(docker.host, method, path, { auth: Buffer.from(auth).toString("base64") });
      async function push(name: string, auth?: string): Promise<void> {
        const [repository, tag] = [name.slice(0, name.lastIndexOf(":")), name.slice(name.lastIndexOf(":") + 1)];
        const { body } = await ask("POST", `/images/${repository}/push?tag=${tag}`, auth);
        expect(body.toString()).toContain("digest: sha256:");
        await ask("DELETE", `/images/${name}`);
      }

      it("a private one is for those who have its secret, and the others are told so", async () => {
        const image = `${guarded.address}/team/train:1`;
        await ask("POST", `/images/${docker.image}/tag?repo=${guarded.address}/team/train&tag=1`);
        await push(image, JSON.stringify(keeper));
        const begun = await begin(["true"], {}, { image, hopelessMs: 500 });
        const said = expect.stringMatching(/team\/train:1 cannot be pulled: .*imagePullSecrets for a private registry/);
        expect(await endOf(begun)).toMatchObject({ class: "config", said });

        const auth = Buffer.from(`${keeper.username}:${keeper.password}`).toString("base64");
        const config = JSON.stringify({ auths: { [guarded.address]: { auth } } });
        await taken.administrator.request({
          method: "POST",
          path: `/api/v1/namespaces/${taken.name}/secrets`,
          body: {
            metadata: { name: "keeper" },
            type: "kubernetes.io/dockerconfigjson",
            stringData: { ".dockerconfigjson": config },
          },
        });
        const letIn = await begin(["sh", "-c", "exit 3"], {}, { image, imagePullSecrets: ["keeper"] });
        expect(await endOf(letIn)).toMatchObject({ said: "ended with exit code 3" });
        const [ended] = letIn.reports.all.filter((report) => report.type === "ended");
        expect(ended!.evidence.image).toMatch(/\/team\/train@sha256:[0-9a-f]{64}$/);
      });

      it("one that is not there is a fault of the description", async () => {
        const begun = await begin(["true"], {}, { image: `${open.address}/${own}/none:1`, hopelessMs: 500 });
        const said = expect.stringMatching(/none:1 cannot be pulled: .*not found; is its name right/);
        expect(await endOf(begun)).toMatchObject({ class: "config", said });
      });

      it("one for other machines is a fault of the description, whether it says so or not", async () => {
        const image = `${open.address}/${own}/foreign:1`;
        await makeForeignImage(docker.host, image);
        await push(image);
        expect(await endOf(await begin(["python3"], {}, { image }))).toMatchObject({
          class: "config",
          said: expect.stringMatching(/foreign:1 is made for another kind of processor than that of the node/),
        });
        await listFor("s390x", `http://${open.address}/v2/${own}/foreign/manifests`);
        const listed = await begin(["python3"], {}, { image: `${open.address}/${own}/foreign:list`, hopelessMs: 500 });
        const said = expect.stringContaining("no match for platform");
        expect(await endOf(listed)).toMatchObject({ class: "config", said });
      });

      /** Makes `list` of what is `1`, for nodes of this kind alone. */
      async function listFor(architecture: string, manifests: string): Promise<void> {
        const type = "application/vnd.docker.distribution.manifest";
        const one = await fetch(`${manifests}/1`, { headers: { accept: `${type}.v2+json` } });
        const size = (await one.arrayBuffer()).byteLength;
        const digest = one.headers.get("docker-content-digest");
        const entry = { mediaType: `${type}.v2+json`, size, digest, platform: { architecture, os: "linux" } };
        const mediaType = `${type}.list.v2+json`;
        const { status } = await fetch(`${manifests}/list`, {
          method: "PUT",
          headers: { "content-type": mediaType },
          body: JSON.stringify({ schemaVersion: 2, mediaType, manifests: [entry] }),
        });
        expect(status).toBe(201);
      }

      it("one whose registry is down waits, and says for what", async () => {
        const begun = await begin(
          ["true"],
          {},
          { image: "127.0.0.1:9/team/train:1", hopelessMs: 500, startWithinMs: 4000 },
        );
        const said = expect.stringMatching(/team\/train:1 cannot be pulled: .*connection refused/);
        expect(await endOf(begun)).toMatchObject({ class: "capacity", said });
      });
    },
  );

  it("a task cannot ask the cluster anything, nor be root", async () => {
    const script =
      "import os, sys; sys.exit(7 if os.getuid() == 1000 and not os.path.exists('/var/run/secrets') else 8)";
    expect(await endOf(await begin(python(script)))).toMatchObject({ said: "ended with exit code 7" });
  });
});
