import { readFileSync, writeFileSync } from "node:fs";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { dumpSchema } from "./dump-schema.ts";
import { debianBin, hasDebianPostgres, openTestDatabase } from "./test-database.ts";

const file = new URL("./schema.sql", import.meta.url);

async function dumpFresh(options: { bin?: string }): Promise<string> {
  const database = await openTestDatabase(options);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return await dumpSchema(client);
  } finally {
    await client.end();
    await database.close();
  }
}

describe("schema.sql", { timeout: 60_000 }, () => {
  it("is what the migrations make", async () => {
    const schema = await dumpFresh({});
    if (process.env["UPDATE_SCHEMA"] === "1") writeFileSync(file, schema);
    expect(schema).toBe(readFileSync(file, "utf8"));
  });

  it.runIf(hasDebianPostgres)("is the same on PostgreSQL 15 (skipped where that is not installed)", async () => {
    expect(await dumpFresh({ bin: debianBin })).toBe(readFileSync(file, "utf8"));
  });
});
