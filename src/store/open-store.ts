import pg from "pg";
import { FlotillaError } from "../core/errors.ts";
import { type Database, makeDatabase } from "./database.ts";
import { joinEmbeddedPostgres } from "./embedded-postgres.ts";
import { migrate, readMigrations } from "./migrate.ts";
import { makePostgresStore } from "./postgres-store.ts";
import type { Store } from "./store.ts";

export interface OpenStoreOptions {
  /** A server of the user's: `postgres://user:password@host:port/database`. Without it the embedded server is used. */
  readonly databaseUrl?: string;
  /** The project's `.flotilla` folder; the embedded server keeps its data in `postgres/` below it. */
  readonly directory: string;
}

/**
 * Opens the store, and before that starts the embedded server if need be and migrates the database.
 *
 * Rejects with `STORE_UNREACHABLE`, `STORE_NEWER`, `STORE_START`, `PROJECT_NOT_WRITABLE` or `DISK_FULL`. The store must be
 * closed: the last process that closes it stops the embedded server.
 */
export async function openStore({ databaseUrl, directory }: OpenStoreOptions): Promise<Store> {
  return databaseUrl === undefined ? openEmbedded(directory) : openMigrated(makeDatabase(parseUrl(databaseUrl)));
}

async function openEmbedded(directory: string): Promise<Store> {
  const server = await joinEmbeddedPostgres(directory);
  try {
    const store = await openMigrated(
      makeDatabase({ config: server.config, where: server.folder, revive: () => server.revive() }),
    );
    return {
      ...store,
      async close() {
        await store.close();
        await server.leave();
      },
    };
  } catch (error) {
    await server.leave();
    throw error;
  }
}

async function openMigrated(database: Database): Promise<Store> {
  try {
    await migrate(database, await readMigrations());
    return makePostgresStore(database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

function parseUrl(databaseUrl: string): { config: pg.ClientConfig; where: string } {
  try {
    if (!/^(postgres(ql)?|socket):/.test(databaseUrl)) throw new Error("it must begin with postgres://");
    // A client that never connects knows how to read the URL, environment variables such as PGHOST included.
    const { host, port, database } = new pg.Client({ connectionString: databaseUrl });
    return { config: { connectionString: databaseUrl }, where: `${host}:${port}/${database ?? ""}` };
  } catch (error) {
    throw new FlotillaError(
      "USAGE",
      `the database URL cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      {
        mend: "write it as postgres://user:password@host:port/database",
      },
    );
  }
}
