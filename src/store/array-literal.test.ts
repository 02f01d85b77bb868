import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonArray, numberArray, textArray } from "./array-literal.ts";
import { makeDatabase, type Database } from "./database.ts";
import { openTestDatabase, type TestDatabase } from "./test-database.ts";

describe("array literals", { timeout: 60_000 }, () => {
  let test: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    test = await openTestDatabase();
    database = makeDatabase({ config: { connectionString: test.url }, where: "the test's database" });
  }, 60_000);
  afterAll(async () => {
    await database.close();
    await test.close();
  });

  const text = fc.option(fc.string({ unit: "binary", minLength: 0 }), { nil: undefined });

  it("come back as they went, whatever the text", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(text, fc.option(fc.double({ noNaN: true }), { nil: undefined }), fc.jsonValue()), {
          minLength: 1,
        }),
        async (rows) => {
          const values = [
            textArray(rows, ([a]) => a),
            numberArray(rows, ([, b]) => b),
            jsonArray(rows, ([, , c]) => c),
          ];
          const statement = {
            name: "echo",
            text: "select a, b, c::json from unnest($1::text[], $2::float8[], $3::text[]) as u (a, b, c)",
          };
          const back = await database.query<{ a: string | null; b: number | null; c: unknown }>(statement, values);
          expect(back.map(({ a, b, c }) => [a ?? undefined, b === null ? undefined : b + 0, c])).toEqual(
            rows.map(([a, b, c]) => [
              a?.replaceAll("\0", "\uFFFD"),
              b === undefined ? undefined : b + 0,
              JSON.parse(JSON.stringify(c)) as unknown,
            ]),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it("are null when there is nothing", () => {
    expect([textArray([], () => "a"), numberArray([], () => 1), jsonArray([], () => 1)]).toEqual([null, null, null]);
  });
});
