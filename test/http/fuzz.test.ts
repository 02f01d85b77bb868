import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeOpenApi } from "../../src/api/openapi.ts";
import { openTestStore } from "../../src/store/test-database.ts";
import { rawRequest, sendRaw } from "../helpers/raw-http.ts";
import { type Schema, valuesOf } from "../helpers/schema-values.ts";
import { startTestServer, type TestServer } from "../helpers/test-server.ts";

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: Schema;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly schema: Schema } } };
}

const document = makeOpenApi() as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    method: method.toUpperCase(),
    operation,
    id: operation.operationId,
  })),
);

let opened: Awaited<ReturnType<typeof openTestStore>>;
let server: TestServer;
beforeAll(async () => {
  opened = await openTestStore();
  server = await startTestServer(opened.store);
}, 60_000);
afterAll(async () => {
  await server?.close();
  await opened?.close();
});

/** What a careless or malicious caller puts where something else belongs. */
const hostile = fc.oneof(
  fc.constantFrom(
    "",
    "\0",
    "..",
    "../../etc/passwd",
    "%00",
    "%2e%2e%2f",
    "'; drop table run; --",
    "$(id)",
    "\u202e",
    "\ud800",
    "__proto__",
    "1e999",
    "-1",
    "NaN",
    "[]",
    "{}",
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ maxLength: 3_000, minLength: 2_500 }),
);

const encode = (value: unknown): string => encodeURIComponent(Buffer.from(String(value)).toString());

/** Requests of an operation: with what its schemas say, and now and then with something else in one place or more. */
function requestsOf({ path, method, operation }: (typeof operations)[number]): fc.Arbitrary<string> {
  const parameters = operation.parameters ?? [];
  const schema = operation.requestBody?.content["application/json"].schema;
  const values = fc.tuple(
    ...parameters.map((each) =>
      fc.oneof(
        { weight: 4, arbitrary: valuesOf(each.schema, document.components.schemas) },
        { weight: 1, arbitrary: hostile },
      ),
    ),
  );
  const body =
    schema === undefined
      ? fc.constant("")
      : fc.oneof(
          { weight: 4, arbitrary: valuesOf(schema, document.components.schemas).map((value) => JSON.stringify(value)) },
          { weight: 1, arbitrary: fc.json() },
          { weight: 1, arbitrary: hostile },
        );
  return fc.tuple(values, body, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 })).map(([given, text, kept]) => {
    const at = (index: number): unknown => given[index];
    let target = path;
    const query: string[] = [];
    for (const [index, { name, in: place, required }] of parameters.entries()) {
      if (place === "path") target = target.replace(`{${name}}`, encode(at(index)) || "x");
      else if (place === "query" && (required || kept[index]))
        for (const one of [at(index)].flat()) query.push(`${encode(name)}=${encode(one)}`);
    }
    const headers = { "content-type": "application/json" };
    return rawRequest(server.port, {
      method: method === "GET" && operation.operationId === "events" ? "HEAD" : method,
      target: query.length === 0 ? target : `${target}?${query.join("&")}`,
      headers,
      body: text,
    });
  });
}

describe.each(operations)("$method $path", (each) => {
  it("answers no request made from its own description with a fault", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(requestsOf(each), async (request) => {
        const { status } = await sendRaw(server.port, request);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: Number(process.env["FLOTILLA_FUZZ_RUNS"] ?? 25) },
    );
    expect(server.faults).toEqual([]);
  });
});

it("which of course reach what they ask for", () => {
  expect(new Set(server.calls.map(({ name }) => name)).size).toBeGreaterThan(15);
});
