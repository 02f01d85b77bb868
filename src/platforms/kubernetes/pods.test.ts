import { readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { noKubernetes } from "../../../test/engines/kubernetes.ts";
import { openFrontDoor } from "../../../test/helpers/front-door.ts";
import { openPodPlatform, type PodPlace } from "../../../test/helpers/pod-platform.ts";
import { portOfListener } from "../../../test/helpers/task-api-port.ts";
import { removePods, takeNamespace, type TestNamespace } from "../../../test/helpers/test-namespace.ts";
import type { AttemptSpec, Platform } from "../platform.ts";
import { listen, platformContract, type PlatformGround, shellSpec, textsOf } from "../platform-contract.ts";
import { projectGrounds } from "../../../test/helpers/project-ground.ts";
import type { KubernetesPlatform, KubernetesPlatformOptions } from "./kubernetes-platform.ts";
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

  const ground = async (
    inPlace: (platform: KubernetesPlatform) => Platform,
    options: Partial<KubernetesPlatformOptions> = {},
  ): Promise<PlatformGround> => {
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
      open(): Platform {
        const platform = openPodPlatform(place, { directory: flotilla, artifacts, ...options });
        onTestFinished(() => platform.close());
        return inPlace(platform);
      },
      startAndDie: (spec) => startAndDie(inPlace === alone ? spec : { ...spec, pack }, { type: "pods", ...place }),
      makeFile: makeFileInPod,
      beginsWithinMs: 15_000,
    };
  };

  platformContract("kubernetes", () => ground(alone));
  platformContract("kubernetes, in pods that tasks share", () => ground(packed));

  it.each([
    ["a pod of its own", "db", (platform: KubernetesPlatform) => alone(platform)],
    ["a pod that it shares", "db-shared", (platform: KubernetesPlatform) => packed(platform)],
  ])("a task in %s has its secrets and tells nobody", { timeout: 60_000 }, async (_title, name, as) => {
    const password = "correct horse battery staple";
    const path = `/api/v1/namespaces/${namespace.name}/secrets`;
    await namespace.administrator.request({
      method: "POST",
      path,
      body: { metadata: { name }, stringData: { password } },
    });
    const ref = { kind: "secret", name, key: "password" } as const;
    const place = await ground(as, { env: { TOKEN: ref }, secrets: { PASSWORD: ref } });
    const platform = place.open();
    const reports = listen(platform);
    const script =
      'wc -c < "$PASSWORD_FILE"; cat "$PASSWORD_FILE"; echo; printf %s "$TOKEN" | base64; echo "$TOKEN" >&2; exit 3';
    const spec = shellSpec(place, ["sh", "-c", script]);
    await platform.start(spec);
    expect((await reports.ended(spec.id)).evidence).toMatchObject({ exitCode: 3 });
    const told = await textsOf(platform.logs(spec.id));
    expect(told.toSorted()).toEqual(["***", "***", "***", String(password.length)].toSorted());
  });
});

const pack = { upTo: 20, atMostMs: 600_000, idleMs: 5000 };
const alone = (platform: KubernetesPlatform): Platform => platform;

/** As if all its attempts were of a step that says `pack`. */
function packed(platform: KubernetesPlatform): Platform {
  return new Proxy<Platform>(platform, {
    get(target, name: keyof Platform) {
      if (name === "start") return (spec: AttemptSpec) => target.start({ ...spec, pack });
      if (name === "adopt") return (specs: AttemptSpec[]) => target.adopt(specs.map((spec) => ({ ...spec, pack })));
      const member = target[name];
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
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
