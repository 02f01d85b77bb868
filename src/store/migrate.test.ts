import type pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Database, makeDatabase } from "./database.ts";
import { type Migration, migrate, readMigrations } from "./migrate.ts";
import { openTestDatabase, type TestDatabase } from "./test-database.ts";

describe("migrations", { timeout: 60_000 }, () => {
  let test: TestDatabase;
  let databases: Database[];
  const connect = (): Database => {
    const database = makeDatabase({ config: { connectionString: test.url }, where: "the test's database" });
    databases.push(database);
    return database;
  };
  const query = async <Row extends pg.QueryResultRow>(text: string): Promise<Row[]> =>
    connect().withClient(async (client) => (await client.query<Row>(text)).rows);

  beforeEach(async () => {
    databases = [];
    test = await openTestDatabase();
  }, 60_000);
  afterEach(async () => {
    await Promise.all(databases.map((database) => database.close()));
    await test.close();
  });

  const later = (number: number, sql: string, breaking = false): Migration => ({
    number,
    name: `${number}`,
    sql,
    breaking,
  });

  it("are done once, however many processes begin at the same moment", async () => {
    await query("drop schema flotilla cascade");
    const migrations = [
      ...(await readMigrations()),
      later(9000, "create table flotilla.added (x int); insert into flotilla.added values (1)"),
    ];
    await Promise.all(Array.from({ length: 5 }, () => migrate(connect(), migrations)));
    expect(await query("select x from flotilla.added")).toEqual([{ x: 1 }]);
    expect(await query("select number from flotilla.migration order by number")).toEqual(
      migrations.map(({ number }) => ({ number })),
    );
  });

  it("leave nothing behind when one fails", async () => {
    const migrations = [...(await readMigrations()), later(9000, "create table flotilla.half (x int); select 1 / 0")];
    await expect(migrate(connect(), migrations)).rejects.toThrow("division by zero");
    expect(await query("select from pg_tables where tablename = 'half'")).toEqual([]);
    expect(await query("select number from flotilla.migration where number >= 9000")).toEqual([]);
  });

  it("of a newer version are refused only when they break ours", async () => {
    const migrations = await readMigrations();
    await query("insert into flotilla.migration (number, breaking) values (8, false)");
    await migrate(connect(), migrations);
    await query("insert into flotilla.migration (number, breaking) values (9, true)");
    await expect(migrate(connect(), migrations)).rejects.toMatchObject({
      code: "STORE_NEWER",
      mend: expect.stringContaining("update Flotilla"),
    });
  });
});
