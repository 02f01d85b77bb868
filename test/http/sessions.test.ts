import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestStore } from "../../src/store/test-database.ts";
import { until } from "../e2e/project.ts";
import { makeToken, startTestServer, type TestServer } from "../helpers/test-server.ts";

let opened: Awaited<ReturnType<typeof openTestStore>>;
let server: TestServer;
let token: string;
beforeAll(async () => {
  opened = await openTestStore();
  token = await makeToken(opened.store, "operator", "otto");
  server = await startTestServer(opened.store);
}, 60_000);
afterAll(async () => {
  await server?.close();
  await opened?.close();
});

const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.origin}${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });

/** What a browser would keep: names and values, as it sends them back. */
async function logIn(): Promise<{ cookie: string; csrf: string; lines: readonly string[] }> {
  const lines = (await post("/login", { token })).headers.getSetCookie();
  const cookie = lines.map((line) => line.split(";")[0]).join("; ");
  return { cookie, csrf: /flotilla_csrf=([^;]+)/.exec(cookie)![1]!, lines };
}

const pause = (headers: Record<string, string>): Promise<Response> => post("/api/v1/runs/r0/pause", {}, headers);

describe("a browser that has logged in", () => {
  it("has a cookie that no script reads and no other site sends", async () => {
    const { lines } = await logIn();
    expect(lines[0]).toMatch(/^flotilla_session=[\w-]{43}; HttpOnly; Path=\/; SameSite=Strict; Max-Age=\d+$/);
    expect(lines[1]).toMatch(/^flotilla_csrf=[\w-]{43}; Path=\/; SameSite=Strict; Max-Age=\d+$/);
  });

  it("may look with the cookie alone, and act only with the proof that a page of ours acts", async () => {
    const { cookie, csrf } = await logIn();
    expect((await fetch(`${server.origin}/api/v1/runs`, { headers: { cookie } })).status).toBe(200);
    expect((await pause({ cookie })).status).toBe(403);
    expect((await pause({ cookie, "x-csrf-token": "nonsense" })).status).toBe(403);
    expect((await pause({ cookie, "x-csrf-token": csrf })).status).toBe(200);
  });

  it("acts under the name of its token, whatever it says", async () => {
    const { cookie, csrf } = await logIn();
    await post("/api/v1/runs/r0/pause", { by: "somebody else" }, { cookie, "x-csrf-token": csrf });
    expect(server.calls.at(-1)).toMatchObject({
      name: "pauseRun",
      request: { run: "r0", by: "otto" },
      call: { by: "otto" },
    });
  });

  it("is out once it has logged out, and when a second cookie was planted", async () => {
    const { cookie } = await logIn();
    const cleared = (await post("/logout", {}, { cookie })).headers.getSetCookie();
    expect(cleared.every((line) => /^flotilla_\w+=; .*Max-Age=0/.test(line))).toBe(true);
    const planted = { cookie: `flotilla_session=x; ${cookie}` };
    expect((await fetch(`${server.origin}/api/v1/runs`, { headers: planted })).status).toBe(401);
  });
});

describe("a token", () => {
  it("that is wrong opens no session", async () => {
    const answer = await post("/login", { token: "nonsense" });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([401, []]);
  });

  it("is not valid any more five seconds after it was revoked", async () => {
    const revoked = await makeToken(opened.store, "viewer", "vera");
    const ask = async (): Promise<number> =>
      (await fetch(`${server.origin}/api/v1/runs`, { headers: { authorization: `Bearer ${revoked}` } })).status;
    await until(async () => (await ask()) === 200, "it is known");
    await opened.store.removeToken("vera");
    const started = Date.now();
    await until(async () => (await ask()) === 401, "it is refused");
    expect(Date.now() - started).toBeLessThan(5_000);
  });
});

describe("an idempotency key", () => {
  it("reaches the service, and is another one for another caller", async () => {
    await pause({ authorization: `Bearer ${token}`, "idempotency-key": "once" });
    expect(server.calls.at(-1)!.call.idempotencyKey).toBe("otto/once");
  });
});
