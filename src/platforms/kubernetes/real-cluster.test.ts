import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noKubernetes } from "../../../test/engines/kubernetes.ts";
import { type BegunPod, beginPod, endOfPod } from "../../../test/helpers/begun-pod.ts";
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

  it("a task cannot ask the cluster anything, nor be root", async () => {
    const script =
      "import os, sys; sys.exit(7 if os.getuid() == 1000 and not os.path.exists('/var/run/secrets') else 8)";
    expect(await endOf(await begin(python(script)))).toMatchObject({ said: "ended with exit code 7" });
  });
});
