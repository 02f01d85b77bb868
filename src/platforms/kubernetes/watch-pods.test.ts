import { describe, expect, it, onTestFinished } from "vitest";
import { FakeApiServer, fail } from "../../../test/helpers/fake-api-server.ts";
import { waitFor } from "../platform-contract.ts";
import { KubeClient } from "./kube-client.ts";
import type { Pod } from "./pod.ts";
import { PodWatch } from "./watch-pods.ts";
import type { PodWatchOptions } from "./watch-pods.ts";

const pod = (name: string, owner = "us"): Pod => ({
  metadata: { name, labels: { owner } },
  status: { phase: "Pending" },
});

interface Watched {
  readonly server: FakeApiServer;
  readonly watch: PodWatch;
  /** `+name phase` for what was seen, `-name` for what is gone. */
  readonly told: string[];
  readonly until: (told: string) => Promise<unknown>;
  readonly isWatching: () => Promise<unknown>;
}

async function begin(options: Partial<PodWatchOptions> = {}, server?: FakeApiServer): Promise<Watched> {
  const fake = server ?? (await FakeApiServer.start());
  const client = new KubeClient(fake.access(), { firstWaitMs: 1, requestsPerSecond: 1000 });
  const told: string[] = [];
  const watch = new PodWatch(client, {
    namespace: "team",
    labelSelector: "owner=us",
    onSeen: ({ metadata, status }) => told.push(`+${metadata.name} ${status?.phase}`),
    onGone: ({ metadata }) => told.push(`-${metadata.name}`),
    onTrouble: () => undefined,
    firstWaitMs: 1,
    ...options,
  });
  onTestFinished(async () => {
    await watch.close();
    client.close();
  });
  await watch.listed();
  const until = (line: string): Promise<unknown> =>
    waitFor(
      async () => told.includes(line) || undefined,
      () => `${line} among ${told.join(", ")}`,
    );
  const isWatching = (): Promise<unknown> =>
    waitFor(
      async () => fake.watching === 1 || undefined,
      () => "a watch",
    );
  return { server: fake, watch, told, until, isWatching };
}

const lists = /^(?!.*watch=true)/;

describe("the watch over our pods", () => {
  it("tells what is there, in pages, and then what comes, changes and goes", async () => {
    const server = await FakeApiServer.start();
    for (const name of ["a", "b", "c"]) server.put(pod(name));
    server.put(pod("foreign", "them"));
    const { told, until, isWatching } = await begin({ pageSize: 2 }, server);
    expect(told).toEqual(["+a Pending", "+b Pending", "+c Pending"]);
    expect(server.count("GET", /limit=2/)).toBe(2);
    await isWatching();
    server.put(pod("d"));
    server.become("a", { phase: "Running" });
    server.drop("b");
    await until("-b");
    expect(told.slice(3)).toEqual(["+d Pending", "+a Running", "-b"]);
  });

  it("goes on from where it was when a connection is cut, without listing", async () => {
    const { server, until, isWatching, told } = await begin();
    for (const name of ["a", "b", "c", "d"]) {
      await isWatching();
      server.cutWatches();
      server.put(pod(name));
      await until(`+${name} Pending`);
    }
    expect(told).toHaveLength(4);
    expect(server.count("GET", lists)).toBe(1);
  });

  it("goes on from the last bookmark", async () => {
    const { server, isWatching, until } = await begin();
    await isWatching();
    server.put(pod("foreign", "them"));
    server.bookmark();
    server.put(pod("a"));
    await until("+a Pending");
    server.bookmark();
    const before = server.requests.length;
    server.cutWatches();
    await waitFor(async () => server.requests.length > before || undefined);
    expect(server.requests.at(-1)!.query.get("resourceVersion")).toBe("102");
  });

  it("does not take a connection for alive that is silent beyond its limit", async () => {
    const { server, isWatching, until } = await begin({ idleMs: 50 });
    await isWatching();
    server.freezeWatches();
    server.put(pod("a"));
    await until("+a Pending");
    expect(server.count("GET", lists)).toBe(1);
  });

  it("lists anew and finds what went meanwhile when the server has forgotten its place", async () => {
    const { server, isWatching, until } = await begin();
    await isWatching();
    server.put(pod("a"));
    await until("+a Pending");
    server.freezeWatches();
    server.drop("a");
    server.put(pod("b"));
    server.forgetHistory();
    server.cutWatches();
    await until("+b Pending");
    await until("-a");
    expect(server.count("GET", lists)).toBe(2);
  });

  it("lists anew when it is told so inside an answer of 200", async () => {
    const { server, isWatching, until } = await begin();
    await isWatching();
    server.sendGoneInStream();
    server.put(pod("a"));
    await until("+a Pending");
    await waitFor(async () => server.count("GET", lists) === 2 || undefined);
  });

  it("begins the list again when its next page has expired", async () => {
    const server = await FakeApiServer.start();
    for (const name of ["a", "b", "c"]) server.put(pod(name));
    let expired = 0;
    server.intercept = ({ query }, response) => {
      if (query.get("continue") === null || expired++ > 0) return false;
      fail(response, 410, "Expired");
      return true;
    };
    const { told } = await begin({ pageSize: 2 }, server);
    expect(told).toHaveLength(3);
  });

  it("lists everything anew from time to time, whatever the watch has told", async () => {
    const { server, isWatching, until } = await begin({ reconcileMs: 1 });
    await isWatching();
    server.freezeWatches();
    server.put(pod("a"));
    server.cutWatches();
    await until("+a Pending");
    expect(server.count("GET", lists)).toBeGreaterThan(1);
  });

  it("tells of a pod that took the place of another as of two", async () => {
    const { server, watch, isWatching, until, told } = await begin();
    await isWatching();
    server.put(pod("a"));
    await until("+a Pending");
    server.freezeWatches();
    server.drop("a");
    server.put(pod("a"));
    server.forgetHistory();
    server.cutWatches();
    await waitFor(async () => told.length === 3 || undefined);
    expect(told).toEqual(["+a Pending", "-a", "+a Pending"]);
    expect(watch.pod("a")?.metadata.uid).toBe(server.pod("a")?.metadata.uid);
  });

  it("says what keeps it from looking, and looks again", async () => {
    const server = await FakeApiServer.start();
    let refusals = 0;
    server.intercept = (_seen, response) => {
      if (refusals++ > 0) return false;
      fail(response, 403, "Forbidden", "pods is forbidden");
      return true;
    };
    const troubles: string[] = [];
    await expect(begin({ onTrouble: (why) => troubles.push(why) }, server)).rejects.toMatchObject({
      code: "CLUSTER_REFUSED",
      message: expect.stringContaining("pods is forbidden"),
    });
    expect(troubles).toEqual([expect.stringContaining("pods is forbidden")]);
    await waitFor(async () => server.watching === 1 || undefined);
  });
});
