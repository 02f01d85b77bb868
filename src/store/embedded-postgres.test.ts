import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "./contract/fixtures.ts";
import { joinEmbeddedPostgres } from "./embedded-postgres.ts";
import { openStore } from "./open-store.ts";
import { identityOf } from "./process-identity.ts";
import { buildStoreUser, startStoreProcess, type StoreProcess } from "./processes/store-process.ts";

const isRoot = process.getuid?.() === 0;
/** Two cores and a busy disk: making a data folder alone may take seconds. */
const slow = 120_000;

describe("the embedded server", { timeout: slow }, () => {
  let program: string;
  let project: string;
  let directory: string;
  let processes: StoreProcess[];
  let seed: string;

  beforeAll(async () => {
    program = await buildStoreUser();
    seed = mkdtempSync(join(tmpdir(), "flotilla-seed-"));
    chmodSync(seed, 0o755);
    await (await joinEmbeddedPostgres(seed)).leave();
  }, slow);
  afterAll(() => {
    rmSync(dirname(program), { recursive: true, force: true });
    rmSync(seed, { recursive: true, force: true });
  });

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "flotilla-embedded-"));
    chmodSync(project, 0o755);
    directory = join(project, ".flotilla");
    processes = [];
  });
  afterEach(async () => {
    for (const each of processes) each.kill();
    await Promise.all(processes.map(({ ended }) => ended));
    // The next to come and go takes along what killed processes have left running.
    if (existsSync(join(directory, "postgres", "data", "postmaster.pid")))
      await (await joinEmbeddedPostgres(directory)).leave();
    rmSync(project, { recursive: true, force: true });
  }, slow);

  /** A project whose data folder is there already, copied with its owner; making one anew takes seconds on a busy disk. */
  const usedBefore = (): void => {
    mkdirSync(directory, { recursive: true });
    execFileSync("cp", ["-a", join(seed, "postgres"), join(directory, "postgres")]);
    rmSync(join(directory, "postgres", "server.log"));
  };
  const start = (): StoreProcess => {
    const started = startStoreProcess(program, directory);
    processes.push(started);
    return started;
  };
  const has = (user: StoreProcess, type: string): boolean => user.messages.some((message) => message.type === type);
  const opened = async (...users: StoreProcess[]): Promise<void> => {
    await eventually(() => users.every((user) => has(user, "open") || has(user, "failed")));
    expect(users.flatMap(({ messages }) => messages)).toEqual(users.map(() => ({ type: "open" })));
  };
  const home = (): string => join(directory, "postgres");
  const postmaster = (): number | undefined => {
    const path = join(home(), "data", "postmaster.pid");
    return existsSync(path) ? Number(readFileSync(path, "utf8").split("\n")[0]) : undefined;
  };
  const isRunning = (pid: number): boolean => identityOf(pid) !== undefined;
  const starts = (): number =>
    readFileSync(join(home(), "server.log"), "utf8").match(/starting PostgreSQL/g)?.length ?? 0;

  it("is started once by processes that begin at the same moment, and stopped by the last of them", async () => {
    const users = [start(), start(), start()];
    await opened(...users);
    expect(starts()).toBe(1);
    const server = postmaster()!;
    users[0]!.say("close");
    users[1]!.say("close");
    await Promise.all([users[0]!.ended, users[1]!.ended]);
    expect(isRunning(server)).toBe(true);
    users[2]!.say("close");
    await users[2]!.ended;
    expect(isRunning(server)).toBe(false);
    expect(postmaster()).toBeUndefined();
  });

  it("does not count users that were killed", async () => {
    usedBefore();
    const killed = start();
    await opened(killed);
    const server = postmaster()!;
    killed.kill();
    await killed.ended;
    expect(isRunning(server)).toBe(true);
    const adopted = await openStore({ directory });
    expect(postmaster()).toBe(server);
    await adopted.close();
    expect(isRunning(server)).toBe(false);
  });

  it("stops when its last user ends without closing", async () => {
    usedBefore();
    const user = start();
    await opened(user);
    const server = postmaster()!;
    user.say("exit");
    await user.ended;
    await eventually(() => !isRunning(server));
    expect(postmaster()).toBeUndefined();
  });

  it("loses nothing acknowledged when it is killed in mid-writing, and its users go on", async () => {
    usedBefore();
    const user = start();
    await opened(user);
    user.say("write");
    const written = (): number => user.messages.filter(({ type }) => type === "wrote").length;
    for (let round = 1; round <= 2; round++) {
      const before = written();
      await eventually(() => written() > before + 50);
      const killed = postmaster()!;
      process.kill(killed, "SIGKILL");
      // What was acknowledged before may still be on its way to us: it does not show that a new server is there.
      await eventually(() => postmaster() !== undefined && postmaster() !== killed);
      const after = written();
      await eventually(() => written() > after + 50);
    }
    user.kill();
    await user.ended;
    const store = await openStore({ directory });
    const run = user.messages.find((message) => message.type === "writing")!;
    const tasks = await store.listTasks(run.run);
    const acknowledged = user.messages.filter((message) => message.type === "wrote").map(({ task }) => task);
    expect(tasks.slice(0, acknowledged.length).map(({ task }) => task)).toEqual(acknowledged);
    expect(tasks.length - acknowledged.length).toBeLessThanOrEqual(1);
    await store.close();
  });

  it("starts again for a user that finds it gone", async () => {
    usedBefore();
    const store = await openStore({ directory });
    let hints = 0;
    store.onHint(() => void hints++);
    await eventually(() => hints === 1);
    const server = postmaster()!;
    process.kill(server, "SIGINT");
    await eventually(() => !isRunning(server));
    const all = await Promise.all([store.pools(), store.listRuns(), store.pools()]);
    expect(all).toEqual([[], [], []]);
    // Listening again is announced, because what was notified in between is lost.
    await eventually(() => hints === 2);
    expect(starts()).toBe(2);
    await store.close();
  });

  it("starts after a crash although its pid belongs to somebody else by now, and takes over a dead process's lock", async () => {
    usedBefore();
    const user = start();
    await opened(user);
    const server = postmaster()!;
    process.kill(server, "SIGKILL");
    user.kill();
    await user.ended;
    await eventually(() => !isRunning(server));
    const stranger = start();
    const record = join(home(), "data", "postmaster.pid");
    writeFileSync(record, readFileSync(record, "utf8").replace(/^\d+/, String(stranger.pid)));
    writeFileSync(join(home(), "start.lock"), `${user.pid}-1`);
    const store = await openStore({ directory });
    expect(await store.listRuns()).toEqual([]);
    stranger.say("close");
    await stranger.ended;
    await store.close();
  });

  it("listens in a short temporary folder when the project's path is too long for a socket", async () => {
    directory = join(project, "a-long-name".repeat(9), ".flotilla");
    usedBefore();
    const server = await joinEmbeddedPostgres(directory);
    const socket = server.config.host!;
    expect(Buffer.byteLength(socket)).toBeLessThan(86);
    expect(statSync(socket).mode & 0o777).toBe(0o700);
    await server.leave();
    expect(existsSync(socket)).toBe(false);
  });

  it("refuses data of a PostgreSQL that is not here", async () => {
    mkdirSync(join(home(), "data"), { recursive: true });
    writeFileSync(join(home(), "data", "PG_VERSION"), "12\n");
    await expect(openStore({ directory })).rejects.toMatchObject({
      code: "STORE_START",
      message: expect.stringContaining("made by PostgreSQL 12"),
    });
    rmSync(join(home(), "data"), { recursive: true });
  });

  it("says when there is no PostgreSQL at all", async () => {
    await expect(joinEmbeddedPostgres(directory, { binaries: [project] })).rejects.toMatchObject({
      code: "STORE_START",
      mend: expect.stringContaining("npm install"),
    });
  });

  it("says when the folder is a file", async () => {
    writeFileSync(directory, "");
    await expect(openStore({ directory })).rejects.toMatchObject({
      code: "PROJECT_NOT_WRITABLE",
      place: { file: directory },
    });
  });

  it.runIf(isRoot)("runs as another OS user when we are root (skipped otherwise)", async () => {
    const store = await openStore({ directory });
    const owner = statSync(join(home(), "data"));
    expect(owner.uid).not.toBe(0);
    expect(owner.mode & 0o777).toBe(0o700);
    expect(statSync(`/proc/${postmaster()!}`).uid).toBe(owner.uid);
    await store.close();
  });

  it.runIf(isRoot)(
    "keeps the data elsewhere when root's project is closed to that user (skipped unless root)",
    async () => {
      chmodSync(project, 0o700);
      const server = await joinEmbeddedPostgres(directory);
      expect(server.folder.startsWith(project)).toBe(false);
      const again = await joinEmbeddedPostgres(directory);
      expect(again.folder).toBe(server.folder);
      await again.leave();
      await server.leave();
      rmSync(dirname(server.folder), { recursive: true });
    },
  );

  it.runIf(isRoot)(
    "says when the folder may not be written (as nobody; skipped unless root can become that)",
    async () => {
      mkdirSync(directory);
      const user = startStoreProcess(program, directory, { uid: 65534, gid: 65534 });
      await user.ended;
      expect(user.messages).toEqual([{ type: "failed", code: "PROJECT_NOT_WRITABLE" }]);
    },
  );
});
