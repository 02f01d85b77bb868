import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { httpApi } from "../../src/api/http-api.ts";
import type { Api } from "../../src/api/operations.ts";
import { FlotillaError } from "../../src/core/errors.ts";
import { openTestStore } from "../../src/store/test-database.ts";
import { makeToken, startTestServer, type TestServer } from "../helpers/test-server.ts";

let opened: Awaited<ReturnType<typeof openTestStore>>;
let server: TestServer;
let api: Api;
let thrown: unknown = new Error("none");
beforeAll(async () => {
  opened = await openTestStore();
  const token = await makeToken(opened.store, "operator", "otto");
  server = await startTestServer(opened.store, { services: { getDefinition: () => Promise.reject(thrown) } });
  api = httpApi({ url: server.origin, token, makeKey: () => "key" });
}, 60_000);
afterAll(async () => {
  await server?.close();
  await opened?.close();
});

const last = (): unknown => server.calls.at(-1);

describe("the API over HTTP", () => {
  it("asks what was asked, wherever a field goes", async () => {
    await api.listTasks({ run: "r0", step: ["train", "a b&c"], where: "origin=JFK", limit: 5 });
    expect(last()).toMatchObject({
      name: "listTasks",
      request: { run: "r0", step: ["train", "a b&c"], where: ["origin=JFK"], state: [], limit: 5 },
    });
    await api.restartTasks({ run: "r0", from: ["train"], by: "ada" });
    expect(last()).toMatchObject({
      name: "restartTasks",
      request: { run: "r0", from: ["train"], tasks: [] },
      call: { by: "otto", idempotencyKey: "otto/key" },
    });
  });

  it.each(["train[origin=JFK,month=7]", "a/b", "a%2Fb", "100%", "..%2f", "é✓", "a+b c", "x;y?z#", "a\\b"])(
    "asks for the task %s as it is",
    async (task) => {
      await api.getTask({ run: "r0", task });
      expect(last()).toMatchObject({ name: "getTask", request: { run: "r0", task } });
    },
  );

  it("rejects with the server's error: code, message, mend and place", async () => {
    thrown = new FlotillaError("RUN_STATE", "it has ended", {
      mend: "start another",
      place: { step: "train", line: 3 },
    });
    const error = await api.getDefinition({ run: "r0" }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FlotillaError);
    expect((error as FlotillaError).toJSON()).toEqual({
      ...{ code: "RUN_STATE", message: "it has ended", mend: "start another" },
      place: { step: "train", line: 3 },
    });
  });

  it("is told of a fault of the server by nothing but an id that stands in its log", async () => {
    thrown = new Error("the password is secret");
    const error = (await api.getDefinition({ run: "r0" }).catch((caught: unknown) => caught)) as FlotillaError;
    expect(error.code).toBe("INTERNAL");
    expect(JSON.stringify(error.toJSON())).not.toContain("secret");
    expect(server.faults.pop()?.cause).toBe(thrown);
  });

  it("rejects when no server of ours answers", async () => {
    const other = createServer((_, answer) => answer.writeHead(502).end("<html>bad gateway"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const ask = (): Promise<unknown> => httpApi({ url, makeKey: () => "key" }).listRuns({});
    await expect(ask()).rejects.toMatchObject({ code: "SERVER_UNREACHABLE" });
    await new Promise((resolve) => other.close(resolve));
    await expect(ask()).rejects.toMatchObject({ code: "SERVER_UNREACHABLE" });
  });

  it("sends a request again, with the same key, when its answer was lost", async () => {
    const keys: unknown[] = [];
    const flaky = ((_: string, init: RequestInit) => {
      keys.push((init.headers as Record<string, string>)["idempotency-key"]);
      return keys.length === 1 ? Promise.reject(new TypeError("reset")) : Promise.resolve(Response.json({}));
    }) as typeof fetch;
    let made = 0;
    await httpApi({ url: "http://x", makeKey: () => `key${++made}`, fetch: flaky }).pauseRun({ run: "r0" });
    expect(keys).toEqual(["key1", "key1"]);
  });
});
