import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { SourceLine } from "../followed-log/log-source.ts";
import { KubeClient } from "./kube-client.ts";
import { podLog } from "./pod-log.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function sourceOf(answer: Answer, timeoutMs = 30_000): Promise<ReturnType<typeof podLog>> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const access = { server: address, namespace: "team", insecure: false, readCredentials: async () => ({}) };
  const client = new KubeClient(access as never, { timeoutMs });
  onTestFinished(() => {
    client.close();
    server.close();
  });
  return podLog(client, "team", "a-pod");
}

async function linesOf(text: (string | Buffer)[], fromSecond?: number): Promise<SourceLine[] | undefined> {
  const source = await sourceOf((_request, response) => {
    for (const piece of text) response.write(piece);
    response.end();
  });
  const batches = await source.open({ fromSecond, follow: false, signal: new AbortController().signal });
  const lines: SourceLine[] = [];
  for await (const batch of batches!) lines.push(...batch);
  return lines;
}

describe("the log of a pod", () => {
  it("is read line by line, however the bytes come", async () => {
    const text = "2026-11-23T22:16:02.1Z one\n2026-11-23T23:16:02.2+01:00 \n2026-11-23T22:16:03Z three 😀\n";
    const bytes = [...Buffer.from(text)].map((byte) => Buffer.from([byte]));
    for (const pieces of [[text], bytes])
      expect((await linesOf(pieces))!.map(({ time, text: line, partial }) => [time, line.toString(), partial])).toEqual(
        [
          ["2026-11-23T22:16:02.100000000Z", "one", false],
          ["2026-11-23T22:16:02.200000000Z", "", false],
          ["2026-11-23T22:16:03.000000000Z", "three 😀", false],
        ],
      );
  });

  it("gives a long line in pieces of one time, and holds no more than one of them", async () => {
    const long = "x".repeat(200_000);
    const lines = (await linesOf([`2026-11-23T22:16:02Z ${long}\n2026-11-23T22:16:03Z end\n`]))!;
    expect(
      lines
        .slice(0, -1)
        .map(({ text }) => text.toString())
        .join(""),
    ).toBe(long);
    expect(Math.max(...lines.map(({ text }) => text.length))).toBeLessThanOrEqual(65_536);
    expect(lines.map(({ partial }) => partial)).toEqual([true, true, true, false, false]);
    expect(new Set(lines.slice(0, -1).map(({ time }) => time)).size).toBe(1);
  });

  it("is asked for from a second on, of the task's container", async () => {
    let asked = "";
    const source = await sourceOf((request, response) => {
      asked = request.url!;
      response.end();
    });
    await source.open({ fromSecond: 1_795_472_162, follow: true, signal: new AbortController().signal });
    expect(asked).toMatch(/^\/api\/v1\/namespaces\/team\/pods\/a-pod\/log\?/);
    expect(Object.fromEntries(new URL(asked, "http://x").searchParams)).toEqual({
      container: "task",
      timestamps: "true",
      follow: "true",
      sinceTime: "2026-11-23T22:16:02.000Z",
    });
  });

  it("may be silent for longer than other answers take", async () => {
    const silent = await sourceOf((_request, response) => {
      setTimeout(() => response.end("2026-11-23T22:16:02Z late\n"), 300);
    }, 50);
    const range = { fromSecond: undefined, follow: false, signal: new AbortController().signal };
    await expect(silent.open(range)).rejects.toThrow("no answer");
    const batches = await silent.open({ ...range, follow: true });
    for await (const [line] of batches!) expect(line!.text.toString()).toBe("late");
    expect.assertions(2);
  });

  it("of a pod that is gone is none, and what stands in its place is no log", async () => {
    const gone = await sourceOf((_request, response) => void response.writeHead(404).end("{}"));
    const range = { fromSecond: undefined, follow: false, signal: new AbortController().signal };
    expect(await gone.open(range)).toBeUndefined();
    const refused = await sourceOf((_request, response) => void response.writeHead(500).end("{}"));
    await expect(refused.open(range)).rejects.toThrow("500");
    const forbidden = await sourceOf((_request, response) => void response.writeHead(403).end("{}"));
    await expect(forbidden.open(range)).rejects.toMatchObject({ code: "CLUSTER_REFUSED" });
    await expect(linesOf(["unable to retrieve container logs for containerd://1\n"])).rejects.toThrow("unable to");
  });
});
