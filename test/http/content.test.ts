import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestStore } from "../../src/store/test-database.ts";
import type { Content } from "../../src/server/http/call.ts";
import { until } from "../e2e/project.ts";
import { contentOf, startTestServer, type TestServer } from "../helpers/test-server.ts";

let opened: Awaited<ReturnType<typeof openTestStore>>;
let server: TestServer;
let content: Content;
beforeAll(async () => {
  opened = await openTestStore();
  server = await startTestServer(opened.store, { services: { downloadArtifact: () => Promise.resolve(content) } });
}, 60_000);
afterAll(async () => {
  await server?.close();
  await opened?.close();
});

const address = (more = ""): string =>
  `${server.origin}/api/v1/runs/r0/artifacts/content?task=train&output=model${more}`;
const get = (headers: Record<string, string> = {}, more = ""): Promise<Response> => fetch(address(more), { headers });

describe("content", () => {
  it("is saved, under a name that says nothing to a shell or a header", async () => {
    content = contentOf("hello", { name: '../a"\r\nx: é\ud800.html', mediaType: "text/html", shown: "page" });
    const answer = await get();
    expect(await answer.text()).toBe("hello");
    expect(answer.headers.get("content-type")).toBe("application/octet-stream");
    expect(answer.headers.get("content-disposition")).toBe(
      `attachment; filename="a___x_ __.html"; filename*=UTF-8''a%22%0D%0Ax%3A%20%C3%A9%EF%BF%BD.html`,
    );
  });

  it.each([
    ["text/html; charset=utf-8", "page"],
    ["image/svg+xml", "page"],
    ["image/png", "plain"],
  ] as const)("of type %s is shown in a sandbox that executes nothing", async (mediaType, shown) => {
    content = contentOf("<script>", { mediaType, shown });
    const { headers } = await get({}, "&show=true");
    expect(headers.get("content-type")).toBe(mediaType);
    expect(headers.get("content-disposition")).toMatch(/^inline; /);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    const policy = headers.get("content-security-policy")!.split("; ");
    expect(policy).toContain("sandbox");
    expect(policy).toContain("default-src 'none'");
    expect(policy.some((rule) => rule.startsWith("script-src"))).toBe(false);
  });

  it("that no browser should show is saved, whatever was asked", async () => {
    content = contentOf("x", { shown: "never" });
    expect((await get({}, "&show=true")).headers.get("content-disposition")).toMatch(/^attachment; /);
  });

  it.each([
    ["bytes=0-0", 206, "0", "bytes 0-0/10"],
    ["bytes=3-5", 206, "345", "bytes 3-5/10"],
    ["bytes=7-", 206, "789", "bytes 7-9/10"],
    ["bytes=7-99", 206, "789", "bytes 7-9/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=-99", 206, "0123456789", "bytes 0-9/10"],
    ["bytes=5-3", 200, "0123456789", null],
    ["bytes=0-1,3-4", 200, "0123456789", null],
    ["lines=1-2", 200, "0123456789", null],
    ["bytes=-", 200, "0123456789", null],
  ] as const)("asked for %s answers %d", async (range, status, text, contentRange) => {
    content = contentOf("0123456789");
    const answer = await get({ range });
    expect([answer.status, await answer.text(), answer.headers.get("content-range")]).toEqual([
      status,
      text,
      contentRange,
    ]);
    expect(answer.headers.get("content-length")).toBe(String(text.length));
  });

  it.each(["bytes=10-", "bytes=99-100", "bytes=-0"])("asked for %s says that it has no such bytes", async (range) => {
    content = contentOf("0123456789");
    const answer = await get({ range });
    expect([answer.status, await answer.json()]).toMatchObject([416, { error: { code: "RANGE_INVALID" } }]);
  });

  it("is sent whole when it is not what the caller has a part of", async () => {
    content = contentOf("0123456789", { digest: "sha256:1" });
    expect((await get({ range: "bytes=0-1", "if-range": '"sha256:0"' })).status).toBe(200);
    expect((await get({ range: "bytes=0-1", "if-range": '"sha256:1"' })).status).toBe(206);
  });

  it("has a head without being opened", async () => {
    content = contentOf("0123456789", { open: () => Promise.reject(new Error("opened")) });
    const { status, headers } = await fetch(address(), { method: "HEAD" });
    expect([status, headers.get("content-length"), headers.get("accept-ranges")]).toEqual([200, "10", "bytes"]);
  });

  it("that breaks off midway breaks the answer off, and says nothing of why", async () => {
    content = contentOf("0123456789", {
      open: () =>
        Promise.resolve(
          Readable.from(
            (function* () {
              yield Buffer.from("012");
              throw new Error("secret");
            })(),
          ),
        ),
    });
    await expect(get().then((answer) => answer.text())).rejects.toThrow("terminated");
    expect(server.faults).toEqual([]);
  });

  it("is read no further when its reader has gone", async () => {
    let read = 0;
    let isClosed = false;
    const endless = async function* (): AsyncGenerator<Buffer> {
      try {
        for (;;) {
          yield Buffer.alloc(64 * 1024);
          read++;
        }
      } finally {
        isClosed = true;
      }
    };
    content = contentOf("", { bytes: 2 ** 40, open: () => Promise.resolve(endless()) });
    const going = new AbortController();
    const answer = await fetch(address(), { signal: going.signal });
    await answer.body!.getReader().read();
    going.abort();
    await until(() => isClosed, "it has been closed");
    expect(read).toBeLessThan(1_000);
  });
});
