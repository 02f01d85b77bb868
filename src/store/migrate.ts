import { readdir, readFile } from "node:fs/promises";
import type pg from "pg";
import { FlotillaError } from "../core/errors.ts";
import type { Database, Statement } from "./database.ts";
import { codeOf } from "./store-errors.ts";

/** One numbered file. Once released it is never edited; the next change gets the next number. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  /** Older versions of Flotilla cannot work with a store that has it. Said by `-- breaking` on the file's first line. */
  readonly breaking: boolean;
}

/** The folder of the migrations: beside this file, or beside the bundle, into which the build copies them. */
const folder = new URL("./migrations/", import.meta.url);

/** All migrations of this version, in order. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), "utf8");
      return { number: Number(name.slice(0, 4)), name, sql, breaking: sql.startsWith("-- breaking") };
    }),
  );
}

/**
 * Brings the store up to this version. Any number of processes may do so at once: each migration is done by one of them.
 * Rejects with `STORE_NEWER`, changing nothing, when a later version has made a change that this one cannot work with.
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<void> {
  const done = await readDone(database);
  refuseNewer(done, migrations, database.where);
  const missing = migrations.filter(({ number }) => !done.some((row) => row.number === number));
  if (missing.length === 0) return;
  await database.withClient(async (client) => {
    await createLedger(client);
    for (const migration of missing) await apply(client, migration);
  });
}

interface Done {
  readonly number: number;
  readonly breaking: boolean;
}

const selectDone: Statement = {
  name: "migrations_done",
  text: "select number, breaking from flotilla.migration order by number",
};

async function readDone(database: Database): Promise<readonly Done[]> {
  try {
    return await database.query<Done>(selectDone);
  } catch (error) {
    const code = codeOf((error as { cause?: unknown }).cause);
    // No such table, no such schema: a fresh database.
    if (code === "42P01" || code === "3F000") return [];
    throw error;
  }
}

function refuseNewer(done: readonly Done[], migrations: readonly Migration[], where: string): void {
  const newest = migrations.at(-1)?.number ?? 0;
  const newer = done.find(({ number, breaking }) => breaking && number > newest);
  if (newer === undefined) return;
  throw new FlotillaError(
    "STORE_NEWER",
    `the store at ${where} has version ${newer.number}; this Flotilla knows versions up to ${newest}`,
    {
      mend: "update Flotilla, or use another store",
    },
  );
}

async function createLedger(client: pg.ClientBase): Promise<void> {
  try {
    await client.query(
      `create schema if not exists flotilla;
      create table if not exists flotilla.migration (number integer primary key, breaking boolean not null, applied_at timestamptz not null default now())`,
    );
  } catch (error) {
    // "if not exists" does not see what another session is about to commit, and then fails on the catalog's unique index.
    if (codeOf(error) !== "23505" && codeOf(error) !== "42P06" && codeOf(error) !== "42P07") throw error;
    await createLedger(client);
  }
}

/** The number goes in first: a second migrator waits for it there, and finds it taken. */
async function apply(client: pg.ClientBase, { number, breaking, sql }: Migration): Promise<void> {
  await client.query("begin");
  try {
    const { rowCount } = await client.query(
      "insert into flotilla.migration (number, breaking) values ($1, $2) on conflict do nothing",
      [number, breaking],
    );
    if (rowCount === 1) await client.query(sql);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}
