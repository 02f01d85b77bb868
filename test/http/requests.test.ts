import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestStore } from "../../src/store/test-database.ts";
import { type RawAnswer, rawRequest, sendRaw } from "../helpers/raw-http.ts";
import { type Case, cases, startTestServer, type TestServer } from "../helpers/test-server.ts";

let opened: Awaited<ReturnType<typeof openTestStore>>;
let server: TestServer;
beforeAll(async () => {
  opened = await openTestStore();
  server = await startTestServer(opened.store);
}, 60_000);
afterAll(async () => {
  await server?.close();
  await opened?.close();
});

const json = { "content-type": "application/json" };

/** The request of a case, otherwise. Of a stream of events the head is enough. */
function send(
  { route, target, body }: Case,
  otherwise: { headers?: Record<string, string | undefined>; target?: string; body?: string; method?: string },
): Promise<RawAnswer> {
  const method = otherwise.method ?? (route.answer === "events" ? "HEAD" : route.method);
  const { headers = {} } = otherwise;
  return sendRaw(
    server.port,
    rawRequest(server.port, {
      method,
      target: otherwise.target ?? target,
      body: otherwise.body ?? body,
      headers: { ...json, ...headers },
    }),
  );
}

const codeOf = ({ body }: RawAnswer): string => (JSON.parse(body) as { error: { code: string } }).error.code;
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"];
const posts = cases.filter(({ route }) => route.method === "POST");

describe.each(cases)("$route.method $route.path", (each) => {
  it.each([
    "evil.example",
    "evil.example:80",
    "localhost.evil.example",
    "localhost@evil.example",
    "localhost.",
    "0.0.0.0",
    "",
    undefined,
  ])("answers no request for the host %s, whatever its method", async (host) => {
    for (const method of methods) {
      const { status } = await send(each, { method, headers: { host } });
      expect(status, method).toBe(421);
    }
  });

  it("answers for this machine, through whatever port", async () => {
    const welcome = each.name === "logIn" ? 401 : 200;
    for (const host of ["localhost", "LOCALHOST:1", "127.0.0.1", `[::1]:${server.port}`])
      expect((await send(each, { headers: { host } })).status, host).toBe(welcome);
  });

  it("refuses what another site's page asks", async () => {
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: `http://127.0.0.1:${server.port + 1}` },
      { origin: `http://127.0.0.1:${server.port}.evil.example` },
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
      { "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" },
    ])
      expect((await send(each, { headers })).status, JSON.stringify(headers)).toBe(403);
  });

  it("lets no other site read its answer", async () => {
    const { headers } = await send(each, { headers: { origin: `http://127.0.0.1:${server.port}` } });
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "no-store",
    });
  });

  it("refuses a field that it does not know, and one in a second place", async () => {
    const isPost = each.route.method === "POST";
    const add = (name: string): Parameters<typeof send>[1] =>
      isPost
        ? { body: JSON.stringify({ ...(JSON.parse(each.body) as object), [name]: "x" }) }
        : { target: `${each.target}${each.target.includes("?") ? "&" : "?"}${name}=x` };
    for (const name of ["project_id", "role", "owner", "constructor", "__proto__[x]"])
      expect((await send(each, add(name))).status, name).toBe(422);
    const inPath = /\{(\w+)\}/.exec(each.route.path)?.[1];
    if (inPath !== undefined) expect((await send(each, add(inPath))).status).toBe(422);
  });

  it("refuses a body that says it is larger than 1 MiB before it is sent", async () => {
    const head = rawRequest(server.port, { method: each.route.method, target: each.target, headers: json });
    const { status, headers } = await sendRaw(
      server.port,
      head.replace(/\r\n(content-length: \d+\r\n)?\r\n$/, "\r\ncontent-length: 2147483648\r\n\r\n"),
    );
    expect([status, headers["connection"]]).toEqual([413, "close"]);
  });
});

describe.each(posts)("$route.method $route.path", (each) => {
  it("stops reading a body without a length at 1 MiB", async () => {
    const head = rawRequest(server.port, {
      method: "POST",
      target: each.target,
      headers: { ...json, "transfer-encoding": "chunked" },
    });
    const chunk = `${(256 * 1024).toString(16)}\r\n${" ".repeat(256 * 1024)}\r\n`;
    const answer = await sendRaw(server.port, head.replace(/content-length: 0\r\n/, "") + chunk.repeat(6));
    expect([answer.status, codeOf(answer)]).toEqual([413, "REQUEST_TOO_LARGE"]);
  });

  it("takes JSON and nothing that is only called so", async () => {
    for (const type of [
      "text/plain",
      "multipart/form-data; boundary=x",
      "application/x-www-form-urlencoded",
      "application/json, text/plain",
      "application/json; charset=utf-16",
      "",
    ])
      expect((await send(each, { headers: { "content-type": type } })).status, type).toBe(415);
    expect((await send(each, { headers: { "content-encoding": "gzip" } })).status).toBe(415);
  });

  it("refuses JSON that has two readings, or none", async () => {
    for (const body of [
      "",
      "{",
      "[]",
      "null",
      "1",
      '{"a":1,"a":2}',
      '{"a":1,"\\u0061":2}',
      `{"by":"\\u0000"}`,
      '{"__proto__":{}}',
      "[".repeat(100_000),
      `{"params":${"[".repeat(65)}${"]".repeat(65)}}`,
    ])
      expect([400, 422], body.slice(0, 40)).toContain((await send(each, { body })).status);
    expect((Object.prototype as unknown as { a?: unknown }).a).toBeUndefined();
  });

  it("refuses bytes that are not UTF-8", async () => {
    const head = rawRequest(server.port, { method: "POST", target: each.target, headers: json, body: '{"by":"_"}' });
    const answer = await sendRaw(server.port, Buffer.from(head.replace("_", "\xff"), "latin1"));
    expect([answer.status, codeOf(answer)]).toEqual([400, "REQUEST_MALFORMED"]);
  });

  it("refuses an idempotency key that is none", async () => {
    for (const key of ["", "x".repeat(201), "a b", "\xe9"])
      expect((await send(each, { headers: { "idempotency-key": key } })).status, key).toBe(400);
  });
});

describe("before anything is looked at", () => {
  it("headers and addresses have a limit", async () => {
    const long = await sendRaw(
      server.port,
      rawRequest(server.port, { target: `/api/v1/runs?search=${"x".repeat(50_000)}` }),
    );
    expect([long.status, codeOf(long)]).toEqual([413, "REQUEST_TOO_LARGE"]);
    const flood = await sendRaw(
      server.port,
      rawRequest(server.port, { target: "/healthz", headers: { "x-flood": "x".repeat(70_000) } }),
    );
    expect([flood.status, codeOf(flood)]).toEqual([431, "REQUEST_TOO_LARGE"]);
  });

  it.each(["host: 127.0.0.1", "authorization: Bearer x", "content-type: application/json", "origin: null"])(
    "%s may not stand twice",
    async (line) => {
      const request = rawRequest(server.port, { target: "/api/v1/runs" }).replace(
        "\r\n\r\n",
        `\r\n${line}\r\n${line}\r\n\r\n`,
      );
      expect((await sendRaw(server.port, request)).status).toBe(400);
    },
  );

  it("what is no HTTP is told so in the same shape as everything else", async () => {
    const answer = await sendRaw(server.port, "HELLO\r\n\r\n");
    expect([answer.status, codeOf(answer)]).toEqual([400, "REQUEST_MALFORMED"]);
  });

  it("nobody becomes something else than HTTP", async () => {
    const upgrade = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-key": "x",
      "sec-websocket-version": "13",
    };
    const answer = await sendRaw(
      server.port,
      rawRequest(server.port, { target: "/api/v1/events", headers: { ...upgrade, origin: "https://evil.example" } }),
    );
    expect(answer.status).toBe(403);
  });

  it("a caller who goes in the middle of a body harms nobody", async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, "127.0.0.1", () => {
        socket.write(
          rawRequest(server.port, { method: "POST", target: "/api/v1/runs", headers: json }).replace(
            "content-length: 0",
            "content-length: 1000",
          ),
        );
        socket.write("{", () => socket.destroy());
      });
      socket.on("close", () => resolve());
    });
    expect((await fetch(`${server.origin}/healthz`)).status).toBe(200);
    expect(server.faults).toEqual([]);
  });
});
