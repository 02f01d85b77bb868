import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDiskStore } from "../artifacts/disk-store.ts";
import { temporaryFolder } from "../artifacts/temporary-folder.ts";
import { type Binding, builtInProfiles, type NamedProfile, type Profile } from "../core/profile.ts";
import type { Platform } from "../platforms/platform.ts";
import { makePlatforms } from "./make-platforms.ts";

const nothingGiven = { graceMs: undefined, cpus: undefined, memoryBytes: undefined, advertise: undefined };

async function made(
  platforms: Profile["platforms"],
  given: Partial<typeof limits> = {},
): Promise<Map<string, Platform>> {
  const flotilla = mkdtempSync(join(tmpdir(), "flotilla-platforms-test-"));
  const profile: NamedProfile = { name: "mine", platforms, others: "refused" };
  onTestFinished(() => rmSync(flotilla, { recursive: true, force: true }));
  const place = { flotilla, artifacts: openDiskStore(flotilla) };
  const all = await makePlatforms(place, profile, { ...nothingGiven, ...given });
  onTestFinished(async () => {
    for (const platform of all) await platform.close();
  });
  return new Map(all.map((platform) => [platform.name, platform]));
}

const limits = { cpus: 3, memoryBytes: 2 ** 31 };

it("makes one platform for all names that share the machine", async () => {
  const two = await made({ cpu: { type: "local" }, io: { type: "local" } });
  expect([...two.keys()]).toEqual(["local", "noop"]);
  expect([...(await made(builtInProfiles["laptop"]!.platforms)).keys()]).toEqual(["local", "noop"]);
});

it("makes one of its own for a name with limits, and promises no more than these", async () => {
  const platforms = await made({ io: { type: "local", cpus: 0.5, memoryBytes: 2 ** 30, slots: 4 } });
  expect([...platforms.keys()]).toEqual(["local", "mine.io", "noop"]);
  expect(platforms.get("mine.io")!.capacity()).toEqual({ cpu: 500, memory: 2 ** 30, slots: 4, gpu: 0 });
});

it("lets the command line say what the machine promises, above the profile, and leaves other names alone", async () => {
  const platforms = await made({ local: { type: "local", cpus: 1, slots: 2 }, io: { type: "local", cpus: 1 } }, limits);
  expect(platforms.get("local")!.capacity()).toMatchObject({ cpu: 3000, memory: 2 ** 31, slots: 2 });
  expect(platforms.get("mine.io")!.capacity()).toMatchObject({ cpu: 1000 });
});

it("keeps what the profile promises of the machine where the command line says nothing", async () => {
  const platforms = await made({ local: { type: "local", cpus: 1 } });
  expect(platforms.get("local")!.capacity()).toMatchObject({ cpu: 1000 });
});

it("promises of a Docker engine what the profile says, without asking it", async () => {
  const gpu = { type: "docker", host: "unix:///nowhere.sock", cpus: 8, memoryBytes: 2 ** 34, slots: 3 } as const;
  const platforms = await made({ gpu });
  expect(platforms.get("mine.gpu")!.capacity()).toEqual({ cpu: 8000, memory: 2 ** 34, slots: 3 });
});

it("says that an engine whose size is needed does not answer", async () => {
  const gpu = { type: "docker", host: "unix:///nowhere.sock" } as const;
  await expect(made({ gpu })).rejects.toMatchObject({ code: "DOCKER_UNREACHABLE" });
});

it("promises of several hosts what all of them have together", async () => {
  const hosts = ["tcp://10.0.0.1:2375", "tcp://10.0.0.2:2375", "ssh://me@elsewhere"];
  const gpu = { type: "docker", hosts, cpus: 8, memoryBytes: 2 ** 34, slots: 3 } as const;
  const platforms = await made({ gpu: { ...gpu, hosts: [...hosts] } });
  expect(platforms.get("mine.gpu")!.capacity()).toEqual({ cpu: 24_000, memory: 3 * 2 ** 34, slots: 3 });
});

it("says what is wrong with the first of several hosts of which none answers", async () => {
  const gpu: Binding = { type: "docker", hosts: ["tcp://127.0.0.1:1", "tcp://127.0.0.1:2"] };
  await expect(made({ gpu })).rejects.toMatchObject({
    code: "DOCKER_UNREACHABLE",
    message: expect.stringContaining("tcp://127.0.0.1:1"),
  });
});

describe("for a cluster", () => {
  /** One that nobody asks anything of, as nothing is begun. */
  const clusterAt = (server: string): string => {
    const file = join(temporaryFolder(), "kubeconfig");
    writeFileSync(
      file,
      JSON.stringify({
        "current-context": "c",
        contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
        clusters: [{ name: "c", cluster: { server } }],
        users: [{ name: "u", user: { token: "t" } }],
      }),
    );
    return file;
  };

  it("two names are served at one address, which is free when both are closed", async () => {
    const kubeconfig = clusterAt("https://127.0.0.1:1");
    const port = await freePort();
    const bound = { type: "kubernetes", kubeconfig, listen: `127.0.0.1:${port}`, slots: 3 } as const;
    const platforms = await made({ cpu: bound, gpu: bound });
    expect([...platforms.keys()]).toEqual(["local", "mine.cpu", "mine.gpu", "noop"]);
    expect(platforms.get("mine.gpu")!.capacity()).toEqual({ slots: 3 });
    const answers = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/v1/runner`)).status === 401;
    await platforms.get("mine.cpu")!.close();
    expect(await answers()).toBe(true);
    await platforms.get("mine.gpu")!.close();
    await expect(answers()).rejects.toThrow("fetch failed");
  });

  it("says that its pods could not reach us where it faces nobody but this machine", async () => {
    const pods = { type: "kubernetes", kubeconfig: clusterAt("https://127.0.0.1:6443") } as const;
    await expect(made({ pods })).rejects.toMatchObject({
      code: "TASK_API_ADDRESS",
      mend: expect.stringContaining("--advertise"),
    });
  });

  it("says that there is no way to it", async () => {
    await expect(made({ pods: { type: "kubernetes", kubeconfig: "/nowhere" } })).rejects.toMatchObject({
      code: "CLUSTER_ACCESS",
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
