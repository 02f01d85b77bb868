import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { embeddedDatabase, embeddedUser, environment, identity, startError } from "./server-data.ts";
import { identityOf, isAlive, type ProcessIdentity } from "./process-identity.ts";
import type { ServerBinaries } from "./server-binaries.ts";
import type { ServerOwner } from "./server-owner.ts";
import type { ServerPlace } from "./server-place.ts";
import { codeOf } from "./store-errors.ts";

/** A server that answers. */
export interface RunningServer {
  readonly place: ServerPlace;
  readonly process: ProcessIdentity;
  readonly socket: string;
}

const readyPollMs = 10;
/** Recovery after a crash replays at most `max_wal_size`. */
const startPatienceMs = 60_000;
const stopPatienceMs = 20_000;
const largestLogBytes = 1 << 20;

/**
 * Few processes and little memory: an idle server has 5 processes and about 20 MB of its own. Everything that makes an
 * acknowledged commit durable is left at PostgreSQL's safe default (fsync, synchronous_commit, full_page_writes).
 */
function settings(major: number, socket: string): readonly string[] {
  const values: Record<string, string> = {
    listen_addresses: "",
    unix_socket_directories: socket,
    unix_socket_permissions: "0700",
    port: "5432",
    max_connections: "50",
    shared_buffers: "48MB",
    work_mem: "8MB",
    max_wal_size: "512MB",
    checkpoint_timeout: "15min",
    wal_level: "minimal",
    max_wal_senders: "0",
    max_logical_replication_workers: "0",
    max_parallel_workers: "0",
    max_parallel_workers_per_gather: "0",
    autovacuum_max_workers: "1",
    autovacuum_naptime: "60s",
    bgwriter_delay: "1s",
    jit: "off",
    // A client that was killed in a long statement is noticed.
    client_connection_check_interval: "2s",
    log_checkpoints: "off",
    log_line_prefix: "%m [%p] ",
    logging_collector: "off",
    ...(major >= 18 ? { io_method: "sync", autovacuum_worker_slots: "1" } : {}),
  };
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/**
 * Starts the server, in a session of its own so that it outlives us, and waits until it answers. When the one before was
 * killed, its processes hold on to its memory for some moments longer, and the start is tried again.
 */
export async function startServer(
  place: ServerPlace,
  binaries: ServerBinaries,
  owner: ServerOwner | undefined,
  socket: string,
): Promise<RunningServer> {
  const giveUpAt = performance.now() + startPatienceMs;
  const logPath = join(place.home, "server.log");
  for (;;) {
    const { server, said } = await tryStart(place, binaries, { owner, socket, logPath, giveUpAt });
    if (server !== undefined) return server;
    if (
      performance.now() > giveUpAt ||
      !/shared memory block .* is still in use|lock file .* already exists/.test(said)
    ) {
      throw startError("the store's PostgreSQL server did not start", said, logPath);
    }
    await sleep(100);
  }
}

interface StartOptions {
  readonly owner: ServerOwner | undefined;
  readonly socket: string;
  readonly logPath: string;
  readonly giveUpAt: number;
}

/** The server, or what it said before it gave up. */
async function tryStart(
  place: ServerPlace,
  { bin, major }: ServerBinaries,
  { owner, socket, logPath, giveUpAt }: StartOptions,
): Promise<{ server?: RunningServer; said: string }> {
  const size = statSync(logPath, { throwIfNoEntry: false })?.size ?? 0;
  const isLong = size > largestLogBytes;
  const log = openSync(logPath, isLong ? "w" : "a", 0o600);
  const child = spawn(join(bin, "postgres"), ["-D", place.data, ...settings(major, socket)], {
    ...identity(owner),
    cwd: place.base,
    env: environment(place.base),
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  let end: string | undefined;
  child.once("error", ({ message }) => (end = message));
  child.once("exit", (code, signal) => (end = `it ended with ${signal ?? code}`));
  child.unref();
  for (;;) {
    const server = await findServer(place, socket);
    if (server !== undefined) return { server, said: "" };
    if (end !== undefined || performance.now() > giveUpAt) {
      const said = readFileSync(logPath)
        .subarray(isLong ? 0 : size)
        .toString("utf8");
      return { said: said === "" ? (end ?? "") : said };
    }
    await sleep(readyPollMs);
  }
}

export function clientConfig(socket: string, database = embeddedDatabase): pg.ClientConfig {
  return { host: socket, port: 5432, user: embeddedUser, database, password: "" };
}

/** The server of this place if one answers at that socket. It tells its pid itself: a file left by a crash may name a stranger. */
export async function findServer(place: ServerPlace, socket: string): Promise<RunningServer | undefined> {
  const client = new pg.Client({ ...clientConfig(socket, "postgres"), connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data: string; pid: string }>(
      "select current_setting('data_directory') as data, split_part(pg_read_file('postmaster.pid'), E'\\n', 1) as pid",
    );
    const { data: served, pid } = rows[0]!;
    const process = identityOf(Number(pid));
    // A project that was copied while its server ran brings along the record of the other's server.
    return served === place.data && process !== undefined ? { place, process, socket } : undefined;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Makes our database in a new server; 30 ms, once. */
export async function createDatabase({ socket }: RunningServer): Promise<void> {
  const client = new pg.Client(clientConfig(socket, "postgres"));
  client.on("error", () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query("select from pg_database where datname = $1", [embeddedDatabase]);
    if (rowCount === 0) await client.query(`create database ${embeddedDatabase}`);
  } catch (error) {
    if (codeOf(error) !== "42P04") throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A fast stop: clients are disconnected, everything is written, the server ends (30 ms). */
export async function stopServer({ process: server }: RunningServer): Promise<void> {
  askToStop(server);
  const giveUpAt = performance.now() + stopPatienceMs;
  while (isAlive(server) && performance.now() < giveUpAt) await sleep(readyPollMs);
}

export function askToStop(server: ProcessIdentity): void {
  try {
    if (isAlive(server)) process.kill(server.pid, "SIGINT");
  } catch {
    // It ended in between.
  }
}
