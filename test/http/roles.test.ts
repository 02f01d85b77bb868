import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestStore } from "../../src/store/test-database.ts";
import { rawRequest, sendRaw } from "../helpers/raw-http.ts";
import { type Case, cases, localToken, makeToken, startTestServer, type TestServer } from "../helpers/test-server.ts";

let opened: Awaited<ReturnType<typeof openTestStore>>;
let server: TestServer;
const tokens = { viewer: "", operator: "", revoked: "" };

beforeAll(async () => {
  opened = await openTestStore();
  tokens.viewer = await makeToken(opened.store, "viewer", "vera");
  tokens.operator = await makeToken(opened.store, "operator", "otto");
  tokens.revoked = await makeToken(opened.store, "operator", "rita");
  await opened.store.removeToken("rita");
  server = await startTestServer(opened.store);
}, 60_000);
afterAll(async () => {
  await server?.close();
  await opened?.close();
});

async function statusOf(
  { route, target, body }: Case,
  headers: Record<string, string>,
  method?: string,
): Promise<number> {
  const json = { "content-type": "application/json", ...headers };
  // Of a stream of events the head is enough.
  const asked = method ?? (route.answer === "events" ? "HEAD" : route.method);
  const answer = await sendRaw(server.port, rawRequest(server.port, { method: asked, target, headers: json, body }));
  return answer.status;
}

/** How often a service was asked something; the feed of runs asks for their list by itself. */
const asked = (): number => server.calls.filter(({ name }) => name !== "listRuns").length;
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
/** A login with nonsense is refused for what it holds. */
const welcome = ({ name }: Case): number => (name === "logIn" ? 401 : 200);

describe.each(cases)("$route.method $route.path is for $route.role:", (each) => {
  const { role } = each.route;

  it("nobody", async () => {
    expect(await statusOf(each, {})).toBe(role === "anyone" ? welcome(each) : 401);
  });

  it("somebody with a token that is nonsense, revoked, or in another form", async () => {
    const refused = role === "anyone" ? welcome(each) : 401;
    for (const authorization of [
      "Bearer nonsense",
      `Bearer ${tokens.revoked}`,
      `Basic ${tokens.operator}`,
      `bearer${tokens.operator}`,
      `Bearer ${tokens.operator} ${tokens.operator}`,
      "Bearer ",
    ])
      expect(await statusOf(each, { authorization }), authorization).toBe(refused);
  });

  it("a viewer", async () => {
    expect(await statusOf(each, bearer(tokens.viewer))).toBe(role === "operator" ? 403 : welcome(each));
  });

  it("an operator, and the command line of whoever can read the project", async () => {
    expect(await statusOf(each, bearer(tokens.operator))).toBe(welcome(each));
    expect(await statusOf(each, bearer(localToken))).toBe(welcome(each));
  });

  it("nobody by other methods, or headers that stand for them", async () => {
    const others = [
      "PUT",
      "PATCH",
      "DELETE",
      "OPTIONS",
      "TRACE",
      "PROPFIND",
      each.route.method === "GET" ? "POST" : "GET",
    ];
    for (const method of others.filter((other) => !isRoute(each, other)))
      expect(await statusOf(each, bearer(tokens.operator), method), method).toBe(405);
    const overridden = { "x-http-method-override": "POST", "x-http-method": "POST", "x-method-override": "POST" };
    expect(await statusOf(each, { ...bearer(tokens.viewer), ...overridden })).toBe(
      role === "operator" ? 403 : welcome(each),
    );
  });
});

describe("no other spelling of an address lets nobody in:", () => {
  it.each(cases.filter(({ route }) => route.role !== "anyone"))("$route.method $route.path", async (each) => {
    const before = asked();
    const [path = "", query] = each.target.split("?");
    const rest = query === undefined ? "" : `?${query}`;
    for (const other of [
      ...[`${path}/`, `${path}/healthz`, `${path}/readyz`, `${path};x=y`, `${path}.`, `/${path}`, `${path}%00`],
      ...[`${path}%20`, `${path}/..`, `${path}?/healthz`, `${path}#/healthz`, `/x/..${path}`, `/%2e%2e${path}`],
      ...[`/healthz/..${path}`, `/healthz/%2e%2e${path}`, `/./${path.slice(1)}`, `/healthz/..%2f${path.slice(1)}`],
      ...[`/healthz/%252e%252e${path}`, `/healthz/..;${path}`, `/healthz%2f..${path}`, path.replaceAll("/", "%2f")],
      ...[
        `http://127.0.0.1:${server.port}${path}`,
        `http://evil.example${path}`,
        `\\${path.slice(1)}`,
        `*`,
        `//evil.example${path}`,
      ],
      ...[path.toUpperCase(), path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`)],
    ]) {
      const status = await statusOf({ ...each, target: `${other}${rest}` }, {});
      expect([400, 401, 404, 405], other).toContain(status);
    }
    expect(asked()).toBe(before);
  });
});

function isRoute({ target }: Case, method: string): boolean {
  const path = target.split("?")[0]!;
  return cases.some((other) => other.target.split("?")[0] === path && other.route.method === method);
}

it("only health, login and the description of the API are for anyone", () => {
  const open = cases.filter(({ route }) => route.role === "anyone").map(({ name }) => name);
  expect(open).toEqual(["health", "readiness", "openapi", "logIn", "logOut"]);
});

it("a method that an address does not take is answered with those that it does", async () => {
  const answer = await sendRaw(
    server.port,
    rawRequest(server.port, { method: "DELETE", target: "/api/v1/runs", headers: bearer(tokens.operator) }),
  );
  expect(answer.headers["allow"]).toBe("GET, HEAD, POST");
});

it("what refused requests asked for has reached no service", async () => {
  const before = asked();
  for (const each of cases.filter(({ route }) => route.role !== "anyone")) await statusOf(each, {});
  expect(asked()).toBe(before);
});
