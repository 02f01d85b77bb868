import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { noKubernetes } from "../../../../test/engines/kubernetes.ts";
import { openFrontDoor } from "../../../../test/helpers/front-door.ts";
import { openPodPlatform, type PodPlace } from "../../../../test/helpers/pod-platform.ts";
import { projectGrounds } from "../../../../test/helpers/project-ground.ts";
import { portOfListener } from "../../../../test/helpers/task-api-port.ts";
import { removePods, takeNamespace, type TestNamespace } from "../../../../test/helpers/test-namespace.ts";
import { classify } from "../../../core/classify.ts";
import type { PodOverrides } from "../../../core/pod-overrides.ts";
import type { AttemptId } from "../../../core/ids.ts";
import { listen, waitFor } from "../../platform-contract.ts";
import type { AttemptSpec, Report } from "../../platform.ts";
import { makeSpec } from "../../test-spec.ts";
import type { KubernetesPlatform, KubernetesPlatformOptions } from "../kubernetes-platform.ts";
import { podPath } from "../pod-path.ts";
import type { Pod } from "../pod.ts";

const reason = noKubernetes === undefined ? "" : ` (${noKubernetes})`;

describe.skipIf(noKubernetes !== undefined)(`tasks that share real pods${reason}`, { timeout: 90_000 }, () => {
  let namespace: TestNamespace;
  beforeAll(async () => {
    namespace = await takeNamespace();
  }, 120_000);
  afterAll(() => namespace.remove(), 60_000);
  const makeProject = projectGrounds();

  async function open(options: Partial<KubernetesPlatformOptions> = {}): Promise<{
    platform: KubernetesPlatform;
    reports: ReturnType<typeof listen>;
    again: () => KubernetesPlatform;
  }> {
    const { flotilla: directory, artifacts } = await makeProject();
    const { cluster, name, token } = namespace;
    const door = await openFrontDoor(() => portOfListener(directory), cluster.nodeAddress);
    const { kubeconfig, image } = cluster;
    onTestFinished(() => removePods(namespace));
    const place: PodPlace = { kubeconfig, namespace: name, token, image, address: door.address };
    const again = (): KubernetesPlatform => {
      const platform = openPodPlatform(place, { directory, artifacts, ...options });
      onTestFinished(() => platform.close());
      return platform;
    };
    const platform = again();
    return { platform, reports: listen(platform), again };
  }

  async function pods(): Promise<readonly Pod[]> {
    const { administrator, name } = namespace;
    const { body } = await administrator.request({ method: "GET", path: podPath(name) });
    return body["items"] as Pod[];
  }
  const untilNoPods = (): Promise<true> =>
    waitFor(
      async () => ((await pods()).length === 0 ? true : undefined),
      () => "the pods to go",
      60_000,
    );

  it("one that is poisoned fails alone, and no pod stays when there is nothing to do", async () => {
    const { platform, reports } = await open();
    const poison: Record<number, { argv: string[]; class: string }> = {
      3: { argv: ["sh", "-c", "exit 3"], class: "user" },
      9: { argv: ["sh", "-c", "kill -KILL $$"], class: "disrupted" },
      17: { argv: ["python3", "-c", "x = bytearray(400 << 20)"], class: "out_of_memory" },
    };
    const specs = Array.from({ length: 30 }, (_, index) =>
      packedSpec(poison[index]?.argv ?? ["sh", "-c", `echo line of ${index}`]),
    );
    for (const spec of specs) await platform.start(spec);
    for (const [index, spec] of specs.entries()) {
      const { evidence } = await endOf(reports.all, spec.id);
      const verdict = classify(evidence);
      expect({ index, verdict: verdict.type === "failed" ? verdict.class : verdict.type }).toEqual({
        index,
        verdict: poison[index]?.class ?? "succeeded",
      });
    }
    const texts: string[] = [];
    for await (const { text } of platform.logs(specs[5]!.id)) texts.push(text);
    expect(texts).toEqual(["line of 5"]);
    const running = reports.all.flatMap((told) => (told.type === "running" ? [told.handle["pod"]] : []));
    expect(new Set(running).size).toBeLessThanOrEqual(3);
    await untilNoPods();
  });

  it("as many pods are at work as there are slots, and each is handed the next", async () => {
    const { platform, reports } = await open({ slots: 2 });
    const [first, second, third] = [0, 1, 2].map(() => packedSpec(["sleep", "1"]));
    await platform.start(first!);
    await platform.start(second!);
    await endOf(reports.all, first!.id);
    await platform.start(third!);
    await endOf(reports.all, third!.id);
    const podOf = (id: AttemptId): unknown =>
      reports.all.flatMap((told) => (told.type === "running" && told.attempt === id ? [told.handle["pod"]] : []))[0];
    expect(podOf(first!.id)).not.toBe(podOf(second!.id));
    expect([podOf(first!.id), podOf(second!.id)]).toContain(podOf(third!.id));
    await untilNoPods();
  });

  it("a pod that is taken away costs the attempt that runs in it, and none of those that wait", async () => {
    const { platform, reports } = await open();
    const specs = [packedSpec(["sleep", "30"]), ...Array.from({ length: 4 }, () => packedSpec(["true"]))];
    for (const spec of specs) await platform.start(spec);
    await reports.wait(specs[0]!.id, "running");
    const { administrator, name } = namespace;
    const [pod] = await pods();
    const path = podPath(name, pod!.metadata.name);
    await administrator.request({ method: "DELETE", path, body: { gracePeriodSeconds: 1 } });
    const verdicts: string[] = [];
    for (const { id } of specs) {
      const verdict = classify((await endOf(reports.all, id)).evidence);
      verdicts.push(verdict.type === "failed" ? verdict.class : verdict.type);
    }
    expect(verdicts[0]).toBe("disrupted");
    // One may have been made ready in it.
    const others = verdicts.slice(1).filter((verdict) => verdict !== "succeeded");
    expect(others.length).toBeLessThanOrEqual(1);
    expect(["never_started", undefined]).toContain(others[0]);
    await untilNoPods();
  });

  it("an engine that comes after one that was closed goes on with what waits", async () => {
    const { platform, again } = await open();
    const specs = Array.from({ length: 6 }, () => packedSpec(["sleep", "0.3"]));
    for (const spec of specs) await platform.start(spec);
    await platform.close();
    const second = again();
    const reports = listen(second);
    await second.adopt(specs);
    for (const { id } of specs) expect((await endOf(reports.all, id)).evidence).toMatchObject({ completed: true });
    await untilNoPods();
  });

  it("what their pod cannot mount is told to all that wait for it, and what it may not have to each", async () => {
    const { platform, reports } = await open({ hopelessMs: 2000, askWhyEveryMs: 500 });
    const secrets = { X: { kind: "secret", name: "nowhere", key: "k" } } as const;
    const specs = [0, 1].map(() => packedSpec(["true"], { secrets }));
    for (const spec of specs) await platform.start(spec);
    for (const { id } of specs) {
      const { evidence } = await endOf(reports.all, id);
      expect(evidence.config?.message).toContain('secret "nowhere" not found');
    }
    await untilNoPods();
    const escaping = packedSpec(["true"], { kubernetes: { overrides: { hostNetwork: true } as PodOverrides } });
    await platform.start(escaping);
    expect((await endOf(reports.all, escaping.id)).evidence.config?.message).toContain("hostNetwork is refused");
  });

  it("an image that cannot be is told to all that wait for it", async () => {
    const { platform, reports } = await open({ hopelessMs: 3000 });
    const specs = [0, 1].map(() => packedSpec(["true"], { image: "Not//AnImage" }));
    for (const spec of specs) await platform.start(spec);
    for (const { id } of specs) {
      const { evidence } = await endOf(reports.all, id);
      expect(evidence.config?.message).toContain("Not//AnImage");
    }
    await untilNoPods();
  });
});

function packedSpec(argv: readonly string[], more: Partial<AttemptSpec> = {}): AttemptSpec {
  const pack = { upTo: 20, atMostMs: 600_000, idleMs: 1000 };
  const resources = { cpu: 0.05, memoryBytes: 128 << 20 };
  return makeSpec({ work: { type: "shell", argv, env: {} }, resources, pack, ...more });
}

function endOf(reports: readonly Report[], id: AttemptId): Promise<Extract<Report, { type: "ended" }>> {
  return waitFor(
    async () =>
      reports.find((told): told is Extract<Report, { type: "ended" }> => told.type === "ended" && told.attempt === id),
    () => `the end of ${id}; reported: ${JSON.stringify(reports.filter(({ attempt }) => attempt === id))}`,
    60_000,
  );
}
