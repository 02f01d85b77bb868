import { existsSync, mkdtempSync, rmdirSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { commitFor, newRun, ownRun, taskRow } from "./contract/fixtures.ts";
import { makeDatabase } from "./database.ts";
import { openStore } from "./open-store.ts";
import { makePostgresStore } from "./postgres-store.ts";
import { openTestDatabase, type TestDatabase } from "./test-database.ts";

const silent = { name: "silent", text: "select 1" };

describe("a store on a server of the user's", { timeout: 60_000 }, () => {
  let database: TestDatabase;
  let servers: { server: Server; sockets: Socket[] }[] = [];
  beforeAll(async () => {
    database = await openTestDatabase();
  }, 60_000);
  afterAll(() => database.close());
  afterEach(() => {
    for (const { server, sockets } of servers) {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
    servers = [];
  });

  /** A server on loopback; answers with its port. */
  const listen = async (onSocket: (socket: Socket) => void): Promise<number> => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on("error", () => undefined));
      onSocket(socket);
    });
    servers.push({ server, sockets });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    return (server.address() as { port: number }).port;
  };

  it("is refused with the mend when the URL is none", async () => {
    await expect(openStore({ databaseUrl: "mysql://x", directory: tmpdir() })).rejects.toMatchObject({ code: "USAGE" });
  });

  it("is unreachable, without its password being told, when nothing listens there", async () => {
    const port = await listen(() => undefined);
    servers.pop()!.server.close();
    const lost = makeDatabase({
      config: { host: "127.0.0.1", port, user: "u", password: "secret" },
      where: `127.0.0.1:${port}/x`,
      patienceMs: 100,
    });
    const error = await lost.query(silent).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "STORE_UNREACHABLE", message: expect.stringContaining(`127.0.0.1:${port}/x`) });
    expect(JSON.stringify(error)).not.toContain("secret");
    await lost.close();
  });

  it("is unreachable when the server takes connections and never answers", async () => {
    const port = await listen(() => undefined);
    const config = { host: "127.0.0.1", port, user: "u", connectionTimeoutMillis: 100 };
    const lost = makeDatabase({ config, where: "there", patienceMs: 200 });
    await expect(lost.query(silent)).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
    await lost.close();
  });

  it("is unreachable when a statement takes longer than it may, and works again afterwards", async () => {
    const slow = makeDatabase({ config: { connectionString: database.url }, where: "there", patienceMs: 10 });
    await expect(
      slow.query({ name: "sleep", text: "select pg_sleep(20)" }, [], { timeoutMs: 50 }),
    ).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
    expect(await slow.query({ name: "one", text: "select 1 as one" })).toEqual([{ one: 1 }]);
    await slow.close();
  });

  it("repeats a commit whose answer was lost, and it is done once", async () => {
    const url = new URL(database.url);
    const socketFolder = decodeURIComponent(url.searchParams.get("host")!);
    let cut = false;
    let cuts = 0;
    // Passes everything on, until told to swallow an answer and hang up: the server has then done what it was asked.
    const port = await listen((client) => {
      const server = connect(join(socketFolder, ".s.PGSQL.5432"));
      server.on("error", () => undefined);
      client.on("data", (data) => server.write(data)).on("close", () => server.destroy());
      server.on("data", (data) => {
        if (!cut) return void client.write(data);
        cut = false;
        cuts++;
        client.destroy();
        server.destroy();
      });
    });
    const config = { host: "127.0.0.1", port, user: url.username, database: url.pathname.slice(1) };
    const store = makePostgresStore(makeDatabase({ config, where: "there" }));
    const pool = "lost-answers";
    await store.setPools({ [pool]: 1000 });
    const claim = await ownRun(store);
    for (let version = 0; version < 20; version++) {
      cut = version % 2 === 1;
      expect(await store.commit(commitFor(claim, { version, tasks: [taskRow({ task: version })] }))).toEqual({
        type: "committed",
        version: version + 1,
      });
    }
    cut = true;
    const request = await store.addRequest(claim.run.id, { type: "pause" }, "anna");
    expect((await store.openRequests([claim.run.id])).map(({ id }) => id)).toEqual([request]);
    const run = newRun();
    await store.createRun(run);
    cut = true;
    expect(await store.claim({ engine: "engine-c" as never, leaseMs: 60_000, run: run.id })).toMatchObject({
      run: { id: run.id },
    });
    expect(cuts).toBe(12);
    expect(await store.listTasks(claim.run.id)).toHaveLength(20);
    await store.close();
  });

  it("does not make a folder", async () => {
    const folder = mkdtempSync(join(tmpdir(), "flotilla-url-"));
    const directory = join(folder, ".flotilla");
    const store = await openStore({ databaseUrl: database.url, directory });
    expect(existsSync(directory)).toBe(false);
    await store.close();
    rmdirSync(folder);
  });
});
