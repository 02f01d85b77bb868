import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { FakeApiServer, fail } from "../../../test/helpers/fake-api-server.ts";
import { KubeClient } from "./kube-client.ts";
import type { KubeClientOptions } from "./kube-client.ts";
import type { ClusterAccess } from "./kubeconfig.ts";

const list = { method: "GET", path: "/api/v1/namespaces/team/pods" } as const;

function open(access: ClusterAccess, options: KubeClientOptions = {}): KubeClient {
  const client = new KubeClient(access, { firstWaitMs: 1, ...options });
  onTestFinished(() => client.close());
  return client;
}

describe("a client of the API server", () => {
  it("asks in JSON and gives a refusal back as an answer", async () => {
    const server = await FakeApiServer.start();
    const client = open(server.access());
    expect(await client.request(list)).toMatchObject({ status: 200, body: { kind: "PodList" } });
    const missing = await client.request({ method: "GET", path: `${list.path}/nobody` });
    expect(missing).toMatchObject({ status: 404, body: { reason: "NotFound" } });
  });

  it("repeats what fails for a passing reason: overload, a fault of the server, an answer that is lost", async () => {
    const server = await FakeApiServer.start();
    const faults = [500, 503, 429, "reset"];
    server.intercept = (_seen, response) => {
      const fault = faults.shift();
      if (fault === "reset") response.destroy();
      else if (fault !== undefined) fail(response, Number(fault), "Passing");
      return fault !== undefined;
    };
    expect(await open(server.access()).request(list)).toMatchObject({ status: 200 });
    expect(server.requests).toHaveLength(5);
  });

  it("waits as long as the server asks it to", async () => {
    const server = await FakeApiServer.start();
    let refusals = 0;
    server.intercept = (_seen, response) => {
      if (refusals++ > 0) return false;
      response.setHeader("retry-after", "1");
      fail(response, 429, "TooManyRequests");
      return true;
    };
    const before = performance.now();
    await open(server.access()).request(list);
    expect(performance.now() - before).toBeGreaterThan(990);
  });

  it("gives up when its patience is at an end, and says what the last answer was", async () => {
    const server = await FakeApiServer.start();
    server.intercept = (_seen, response) => {
      fail(response, 503, "ServiceUnavailable", "etcd has no leader");
      return true;
    };
    const asked = open(server.access(), { patienceMs: 20 }).request(list);
    await expect(asked).rejects.toMatchObject({
      code: "CLUSTER_UNREACHABLE",
      message: expect.stringContaining("503: etcd has no leader"),
    });
  });

  it("does not wait for an answer for ever", async () => {
    const server = await FakeApiServer.start();
    let frozen = 0;
    server.intercept = (_seen, response) => {
      if (frozen++ === 0) return true;
      if (frozen === 2) response.writeHead(200).write("{");
      return frozen === 2;
    };
    expect(await open(server.access(), { timeoutMs: 50 }).request(list)).toMatchObject({ status: 200 });
    expect(server.requests).toHaveLength(3);
  });

  it("gets its credentials anew, once, when they are refused", async () => {
    const server = await FakeApiServer.start();
    const tokens = ["old", "right"];
    const client = open(server.access({ readCredentials: async () => ({ token: tokens.shift()! }) }));
    expect(await client.request(list)).toMatchObject({ status: 200 });
    expect(server.requests.map(({ authorization }) => authorization)).toEqual(["Bearer old", "Bearer right"]);
  });

  it("says that it is not known when new credentials are refused as well", async () => {
    const server = await FakeApiServer.start();
    const client = open(server.access({ readCredentials: async () => ({ token: "wrong" }) }));
    await expect(client.request(list)).rejects.toMatchObject({ code: "CLUSTER_ACCESS" });
    expect(server.requests).toHaveLength(2);
  });

  it("gets credentials that are about to expire anew before it asks, and good ones once", async () => {
    const server = await FakeApiServer.start();
    let reads = 0;
    const lifetimes = [10_000, 3_600_000];
    const readCredentials = async (): Promise<{ token: string; expiresAt: number }> => ({
      token: "right",
      expiresAt: Date.now() + lifetimes[reads++]!,
    });
    const client = open(server.access({ readCredentials }));
    await client.request(list);
    await client.request(list);
    await Promise.all([client.request(list), client.request(list)]);
    expect(reads).toBe(2);
  });

  it("sends no more in a second than it may", async () => {
    const server = await FakeApiServer.start();
    const client = open(server.access(), { requestsPerSecond: 50, burst: 2 });
    const before = performance.now();
    await Promise.all(Array.from({ length: 12 }, () => client.request(list)));
    expect(performance.now() - before).toBeGreaterThan(190);
  });

  it("says at once that a server which speaks no TLS is not to be trusted", async () => {
    const server = createServer((socket) => socket.on("error", () => undefined).end("HTTP/1.1 400 no\r\n\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const fake = await FakeApiServer.start();
    const access = fake.access({ server: `https://127.0.0.1:${(server.address() as AddressInfo).port}` });
    await expect(open(access).request(list)).rejects.toMatchObject({ code: "CLUSTER_ACCESS" });
  });

  it("ends what is under way when it is closed", async () => {
    const server = await FakeApiServer.start();
    const client = open(server.access());
    const stream = await client.stream({ ...list, query: { watch: true, resourceVersion: 0 } });
    const reading = text(stream);
    client.close();
    await expect(reading).rejects.toThrow(/closed|abort/);
    await expect(client.request(list)).rejects.toThrow(/closed|abort/);
  });
});
