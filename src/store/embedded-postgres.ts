import { existsSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { FlotillaError } from "../core/errors.ts";
import { findBinaries, reachableBinaries } from "./server-binaries.ts";
import { dataMajor, initializeData } from "./server-data.ts";
import { chooseServerOwner } from "./server-owner.ts";
import {
  makeSocketFolder,
  placeOf,
  reachablePlace,
  recordedSocketFolder,
  removeSocketFolder,
  removeStaleRecord,
} from "./server-place.ts";
import {
  askToStop,
  clientConfig,
  createDatabase,
  findServer,
  type RunningServer,
  startServer,
  stopServer,
} from "./server-process.ts";
import { withLock } from "./start-lock.ts";
import { codeOf, storeError } from "./store-errors.ts";
import { makeStoreUsers, type StoreUsers } from "./store-users.ts";

/** Our membership in the server of a project. */
export interface EmbeddedPostgres {
  /** How to connect. */
  readonly config: pg.ClientConfig;
  /** Where its data is, for messages. */
  readonly folder: string;
  /** Starts the server again if it does not answer. */
  revive(): Promise<void>;
  /** Ends our membership; the last one out stops the server. */
  leave(): Promise<void>;
}

export interface EmbeddedOptions {
  /** For tests: folders to look for `postgres` and `initdb` in. */
  readonly binaries?: readonly string[];
}

/** Longer than the slowest start: initdb, 60 MB copied, recovery after a crash. */
const lockPatienceMs = 90_000;

/**
 * Joins the PostgreSQL server of a project: finds it running, or starts it, making its data folder first if need be.
 * Any number of processes may do so at once. Members are counted by files that name their processes, so that one that
 * was killed does not count; joining and leaving happen under one lock, so that nobody joins a server that is stopping.
 */
export async function joinEmbeddedPostgres(
  directory: string,
  options: EmbeddedOptions = {},
): Promise<EmbeddedPostgres> {
  const place = writable(directory, () => placeOf(directory));
  const users = makeStoreUsers(join(place.home, "users"));
  const lock = join(place.home, "start.lock");
  const locked = <T>(work: () => Promise<T>): Promise<T> =>
    withLock(lock, lockPatienceMs, work).catch((error: unknown) => Promise.reject(brokenFolder(directory, error)));

  let server: RunningServer;
  const removeEntry = writable(directory, () => users.enter());
  try {
    server = await locked(() => findOrStart(directory, options));
  } catch (error) {
    removeEntry();
    throw error;
  }
  const leaveAtExit = (): void => leaveAtOnce(users, removeEntry, server);
  process.once("exit", leaveAtExit);
  let reviving: Promise<void> | undefined;
  let left = false;
  return {
    config: clientConfig(server.socket),
    folder: server.place.data,
    revive() {
      if (left) return Promise.resolve();
      reviving ??= locked(async () => {
        server = await findOrStart(directory, options, server.socket);
      }).finally(() => (reviving = undefined));
      return reviving;
    },
    async leave() {
      if (left) return;
      left = true;
      process.off("exit", leaveAtExit);
      await locked(async () => {
        removeEntry();
        if (users.count() > 0) return;
        await stopServer(server);
        removeSocketFolder(server.place, server.socket);
      });
    },
  };
}

async function findOrStart(
  directory: string,
  { binaries: folders }: EmbeddedOptions,
  socketBefore?: string,
): Promise<RunningServer> {
  const place = placeOf(directory);
  const recorded = recordedSocketFolder(place);
  const running = recorded === undefined ? undefined : await findServer(place, recorded);
  if (running !== undefined) return running;
  const owner = chooseServerOwner(place.data);
  const reachable = reachablePlace(place, owner);
  const binaries = reachableBinaries(findBinaries(dataMajor(reachable), folders), owner, reachable.base);
  if (!existsSync(reachable.data)) initializeData(reachable, binaries, owner);
  removeStaleRecord(reachable);
  const server = await startServer(reachable, binaries, owner, makeSocketFolder(reachable, owner, socketBefore));
  await createDatabase(server);
  return server;
}

/** When the process ends without closing its store there is no time left to wait: the server is only asked to stop. */
function leaveAtOnce(users: StoreUsers, removeEntry: () => void, server: RunningServer): void {
  try {
    removeEntry();
    if (users.count() === 0) askToStop(server.process);
  } catch {
    // The folder is gone, and with it whoever could use the server.
  }
}

function writable<T>(directory: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw brokenFolder(directory, error);
  }
}

function brokenFolder(directory: string, error: unknown): FlotillaError {
  const code = codeOf(error);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS" || code === "ENOTDIR" || code === "EEXIST") {
    return new FlotillaError("PROJECT_NOT_WRITABLE", `${directory} cannot be written (${code})`, {
      mend: "make it writable for you, remove it if another user made it, or give a server with --database",
      place: { file: directory },
      cause: error,
    });
  }
  return storeError(error, directory);
}
