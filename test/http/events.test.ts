import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FlotillaError } from "../../src/core/errors.ts";
import { newRun } from "../../src/store/contract/fixtures.ts";
import { openTestStore } from "../../src/store/test-database.ts";
import { until } from "../e2e/project.ts";
import { rawRequest } from "../helpers/raw-http.ts";
import { runDetail, runSummary } from "../helpers/run-details.ts";
import { makeToken, startTestServer, type TestServer } from "../helpers/test-server.ts";

let opened: Awaited<ReturnType<typeof openTestStore>>;
let server: TestServer;
const row = newRun();
/** As large as the events of a run can become, and larger: what a reader does not take piles up quickly. */
let size = 10;
let version = 0;

beforeAll(async () => {
  opened = await openTestStore();
  await opened.store.createRun(row);
  // Each look finds the run changed.
  const store = {
    ...opened.store,
    getRun: async () => ({ ...(await opened.store.getRun(row.id))!, leased: true, version: ++version }),
  };
  server = await startTestServer(store, {
    services: {
      getRun: () => Promise.resolve(runDetail({ id: row.id, version, why: "x".repeat(size) })),
      listRuns: () => Promise.resolve({ runs: [runSummary({ id: row.id })] }),
    },
  });
}, 60_000);
afterAll(async () => {
  await server?.close();
  await opened?.close();
});

function open(headers: Record<string, string> = {}): Socket & { readonly text: () => string } {
  let text = "";
  const socket = connect(server.port, "127.0.0.1", () =>
    socket.write(
      rawRequest(server.port, {
        target: `/api/v1/events?run=${row.id}`,
        headers: { connection: "keep-alive", ...headers },
      }),
    ),
  );
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  socket.on("error", () => undefined);
  return Object.assign(socket, { text: () => text });
}

const events = (text: string): number => text.split("event: run\n").length - 1;

it("a stream begins, goes on, and is resumed where it broke off", async () => {
  const stream = open();
  await until(() => events(stream.text()) >= 2, "two events have come");
  expect(stream.text()).toContain("content-type: text/event-stream");
  expect(stream.text()).toContain("cache-control: no-store");
  expect(stream.text()).toContain("event: reset\n");
  const ids = [...stream.text().matchAll(/^id: (\S+)$/gm)].map(([, id]) => id!);
  stream.destroy();
  const resumed = open({ "last-event-id": ids.at(-1)! });
  await until(() => events(resumed.text()) >= 2, "two more have come");
  expect(resumed.text()).not.toContain("event: reset\n");
  expect(resumed.text()).not.toContain(`id: ${ids.at(-1)}\n`);
  resumed.destroy();
  await until(() => server.listeners === 0, "those who have gone are forgotten");
});

it("a reader who takes nothing is cut off, and the others go on", async () => {
  size = 2_000_000;
  const sleeper = open();
  sleeper.pause();
  const others = Array.from({ length: 3 }, () => open());
  await until(() => server.listeners === 4, "all listen");
  await until(() => server.listeners === 3, "the sleeper has been cut off");
  size = 10;
  const before = others.map((other) => events(other.text()));
  await until(() => others.every((other, index) => events(other.text()) > before[index]! + 1), "the others hear more");
  expect(events(sleeper.text())).toBe(0);
  for (const socket of [sleeper, ...others]) socket.destroy();
});

it("a run that does not exist is told before the stream begins", async () => {
  const without = await startTestServer(opened.store, {
    services: { getRun: () => Promise.reject(new FlotillaError("RUN_NOT_FOUND", "no run nope")) },
  });
  const answer = await fetch(`${without.origin}/api/v1/events?run=nope`);
  expect([answer.status, await answer.json()]).toEqual([
    404,
    { error: { code: "RUN_NOT_FOUND", message: "no run nope" } },
  ]);
  await without.close();
});

it("a stream ends within five seconds once its token is revoked", async () => {
  const token = await makeToken(opened.store, "viewer", "eve");
  const stream = open({ authorization: `Bearer ${token}` });
  await until(() => events(stream.text()) >= 1, "an event has come");
  await opened.store.removeToken("eve");
  const revokedAt = Date.now();
  await until(() => stream.destroyed || stream.readableEnded, "the stream has ended");
  expect(Date.now() - revokedAt).toBeLessThan(5_000);
});

it("whoever listens is told goodbye when the server ends, and the server ends at once", async () => {
  const ending = await startTestServer(opened.store);
  const answer = await fetch(`${ending.origin}/api/v1/events`);
  const started = performance.now();
  const [text] = await Promise.all([answer.text(), ending.close()]);
  expect(text).toContain("event: bye\n");
  expect(performance.now() - started).toBeLessThan(1_000);
});
