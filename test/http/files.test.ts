import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FlotillaError } from "../../src/core/errors.ts";
import { openTestStore } from "../../src/store/test-database.ts";
import { rawRequest, sendRaw } from "../helpers/raw-http.ts";
import { startTestServer, type TestServer } from "../helpers/test-server.ts";

let opened: Awaited<ReturnType<typeof openTestStore>>;
let server: TestServer;
const folder = mkdtempSync(join(tmpdir(), "flotilla-files-"));
const page = "<!doctype html><title>Flotilla</title>";
const script = `console.log(${JSON.stringify("x".repeat(5_000))})`;

beforeAll(async () => {
  writeFileSync(join(folder, "secret"), "not to be seen");
  mkdirSync(join(folder, "ui/assets"), { recursive: true });
  writeFileSync(join(folder, "ui/index.html"), page);
  writeFileSync(join(folder, "ui/icon.svg"), "<svg/>");
  writeFileSync(join(folder, "ui/assets/main-abc.js"), script);
  writeFileSync(join(folder, "ui/assets/built-abc.js"), "plain");
  writeFileSync(join(folder, "ui/assets/built-abc.js.br"), brotliCompressSync("by brotli"));
  writeFileSync(join(folder, "ui/assets/built-abc.js.gz"), gzipSync("by gzip"));
  symlinkSync(join(folder, "secret"), join(folder, "ui/link"));
  opened = await openTestStore();
  const runs = { runs: [], next: "y".repeat(5_000) };
  server = await startTestServer(opened.store, {
    files: join(folder, "ui"),
    services: {
      listRuns: () => Promise.resolve(runs),
      listPipelines: () => Promise.reject(new FlotillaError("STORE_UNREACHABLE", "the store is away")),
    },
  });
}, 60_000);
afterAll(async () => {
  await server?.close();
  await opened?.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}): ReturnType<typeof sendRaw> =>
  sendRaw(server.port, rawRequest(server.port, { target: path, headers }));
const html = { accept: "text/html,*/*" };

describe("the dashboard", () => {
  it.each(["/", "/runs", "/runs/r0/tasks", "/runs/r0/?step=a", "/login", "/pipelines/a%2Fb"])(
    "begins at %s",
    async (path) => {
      const answer = await get(path, html);
      expect([answer.status, answer.body]).toEqual([200, page]);
      const policy = answer.headers["content-security-policy"]!.split("; ");
      for (const rule of [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ])
        expect(policy).toContain(rule);
      expect(policy.join()).not.toContain("unsafe");
      expect(answer.headers["cache-control"]).toBe("no-cache");
    },
  );

  it.each(["/api/v1/nothing", "/nothing.js", "/secret", "/link", "/assets", "/assets/", "/ui/index.html"])(
    "has nothing at %s",
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it.each([
    "/../secret",
    "/assets/../../secret",
    "/%2e%2e/secret",
    "/assets/%2e%2e/%2e%2e/secret",
    "/..%2fsecret",
    "/assets/..%5c..%5csecret",
    "//secret",
    "/assets/%00",
    "/..;/secret",
    "/assets/.%2e/secret",
    "/%252e%252e/secret",
    "/C:/secret",
    "/assets\\..\\secret",
  ])("leads nowhere else by %s", async (path) => {
    const answer = await get(path, html);
    expect(answer.body).not.toContain("not to be seen");
    if (answer.status === 200) expect(answer.body).toBe(page);
    else expect([400, 404]).toContain(answer.status);
  });

  it("is compressed, and kept for good where its name says what it is", async () => {
    const answer = await fetch(`${server.origin}/assets/main-abc.js`, { headers: { "accept-encoding": "br" } });
    expect(answer.headers.get("content-encoding")).toBe("br");
    expect(answer.headers.get("cache-control")).toContain("immutable");
    expect(Number(answer.headers.get("content-length"))).toBeLessThan(200);
    expect(await answer.text()).toBe(script);
  });

  it.each([
    ["br", "by brotli"],
    ["gzip", "by gzip"],
    ["identity", "plain"],
  ])("is sent as the build has compressed it, for who takes %s", async (encoding, text) => {
    const answer = await fetch(`${server.origin}/assets/built-abc.js`, { headers: { "accept-encoding": encoding } });
    expect(await answer.text()).toBe(text);
  });

  it.each(["br", "gz"])("has no second address for its form as %s", async (suffix) => {
    expect((await get(`/assets/built-abc.js.${suffix}`)).status).toBe(404);
  });

  it("is not sent again when it has not changed", async () => {
    const { headers } = await get("/icon.svg");
    expect((await get("/icon.svg", { "if-none-match": headers["etag"]! })).status).toBe(304);
    expect((await get("/icon.svg", { "if-none-match": '"other"' })).status).toBe(200);
  });

  it("takes no other methods than those that read", async () => {
    const answer = await sendRaw(server.port, rawRequest(server.port, { method: "PUT", target: "/icon.svg" }));
    expect([answer.status, answer.headers["allow"]]).toEqual([405, "GET, HEAD"]);
  });

  it("that was not built is no fault", async () => {
    const without = await startTestServer(opened.store);
    expect((await fetch(without.origin, { headers: html })).status).toBe(404);
    await without.close();
  });
});

describe("an answer of the API", () => {
  it.each([
    ["br", brotliDecompressSync],
    ["gzip", gunzipSync],
  ] as const)("is compressed by %s where the caller can read it", async (encoding, decompress) => {
    const answer = await get("/api/v1/runs", { "accept-encoding": `${encoding}, deflate` });
    expect(answer.headers).toMatchObject({ "content-encoding": encoding, vary: "accept-encoding" });
    expect(JSON.parse(decompress(Buffer.from(answer.body, "latin1")).toString())).toHaveProperty("runs");
  });

  it("is left as it is where he cannot", async () => {
    for (const accepted of ["identity", "br;q=0, gzip;q=0.0", "deflate"])
      expect((await get("/api/v1/runs", { "accept-encoding": accepted })).headers["content-encoding"]).toBeUndefined();
  });

  it("says when to come back while the store is away", async () => {
    const answer = await get("/api/v1/pipelines");
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "2"]);
  });
});

it("a server whose store is away lives, and is not ready until it is back", async () => {
  let isAway = true;
  const tokens = (): ReturnType<typeof opened.store.tokens> =>
    isAway ? Promise.reject(new FlotillaError("STORE_UNREACHABLE", "away")) : opened.store.tokens();
  const lonely = await startTestServer({ ...opened.store, tokens });
  const status = async (path: string): Promise<number> => (await fetch(`${lonely.origin}${path}`)).status;
  expect([await status("/healthz"), await status("/readyz"), await status("/api/v1/runs")]).toEqual([200, 503, 503]);
  isAway = false;
  expect([await status("/healthz"), await status("/readyz"), await status("/api/v1/runs")]).toEqual([200, 200, 200]);
  await lonely.close();
});
