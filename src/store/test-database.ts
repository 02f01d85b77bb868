import { createHash, randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { makeDatabase } from "./database.ts";
import { type EmbeddedPostgres, joinEmbeddedPostgres } from "./embedded-postgres.ts";
import { migrate, readMigrations } from "./migrate.ts";
import { openStore } from "./open-store.ts";
import { identityOf } from "./process-identity.ts";
import type { Store } from "./store.ts";

/** A database of one test file, cloned (25 ms) from a template that has been migrated once. */
export interface TestDatabase {
  readonly url: string;
  /** Removes the database, and stops the server after the last test. */
  close(): Promise<void>;
}

export interface TestServerOptions {
  /** Folder with the binaries of another PostgreSQL than the embedded one. */
  readonly bin?: string;
}

/** Where Debian puts PostgreSQL 15: the external server of the tests, where it is installed. */
export const debianBin = "/usr/lib/postgresql/15/bin";
export const hasDebianPostgres = existsSync(join(debianBin, "initdb"));

/** For all test files and processes of one user the same server, kept between runs of the tests: initdb takes a second. */
export async function openTestDatabase({ bin }: TestServerOptions = {}): Promise<TestDatabase> {
  const server = await joinEmbeddedPostgres(testServerFolder(bin), bin === undefined ? {} : { binaries: [bin] });
  try {
    const name = await cloneTemplate(server);
    return {
      url: urlOf(server, name),
      async close() {
        await asAdmin(server, (client) => client.query(`drop database if exists ${name} with (force)`));
        await server.leave();
      },
    };
  } catch (error) {
    await server.leave();
    throw error;
  }
}

/** A store on a database of its own, for tests of those who use a store. */
export async function openTestStore(
  options: TestServerOptions = {},
): Promise<{ store: Store; url: string; close(): Promise<void> }> {
  const database = await openTestDatabase(options);
  const store = await openStore({ databaseUrl: database.url, directory: tmpdir() });
  return {
    store,
    url: database.url,
    async close() {
      await store.close();
      await database.close();
    },
  };
}

function testServerFolder(bin: string | undefined): string {
  const root = join(tmpdir(), `flotilla-tests-${userInfo().uid}`);
  mkdirSync(root, { recursive: true });
  // As root the server runs as another user, who has to get there.
  chmodSync(root, 0o755);
  return join(root, bin === undefined ? "embedded" : createHash("sha256").update(bin).digest("hex").slice(0, 8));
}

async function cloneTemplate(server: EmbeddedPostgres): Promise<string> {
  const migrations = await readMigrations();
  const template = `template_${createHash("sha256").update(JSON.stringify(migrations)).digest("hex").slice(0, 16)}`;
  const name = `test_${process.pid}_${randomBytes(4).toString("hex")}`;
  await asAdmin(server, async (client) => {
    // One at a time: nobody may be connected to a template that is cloned.
    await client.query("select pg_advisory_lock(7121)");
    await dropForgotten(client, template);
    const { rowCount } = await client.query("select from pg_database where datname = $1", [template]);
    if (rowCount === 0) {
      const draft = `draft_${name}`;
      await client.query(`create database ${draft}`);
      const database = makeDatabase({
        config: { ...server.config, database: draft },
        where: "the template of the tests",
      });
      try {
        await migrate(database, migrations);
      } finally {
        await database.close();
      }
      await client.query(`alter database ${draft} rename to ${template}`);
    }
    await client.query(`create database ${name} template ${template}`);
  });
  return name;
}

/** Databases of tests that were killed, and templates of migrations that are no more. */
async function dropForgotten(client: pg.Client, template: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "select datname as name from pg_database where datname ~ '^(test_|draft_test_|template_.{16})'",
  );
  for (const { name } of rows) {
    const pid = /^(?:draft_)?test_(\d+)/.exec(name)?.[1];
    const isForgotten = pid === undefined ? name !== template : identityOf(Number(pid)) === undefined;
    if (isForgotten) await client.query(`drop database if exists ${name} with (force)`);
  }
}

async function asAdmin<T>(server: EmbeddedPostgres, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...server.config, database: "postgres" });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

function urlOf({ config }: EmbeddedPostgres, database: string): string {
  return `postgres://${config.user}@localhost/${database}?host=${encodeURIComponent(config.host!)}`;
}
