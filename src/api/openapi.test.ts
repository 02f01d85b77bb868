import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { makeOpenApi } from "./openapi.ts";
import { routes } from "./routes.ts";

const document = makeOpenApi();

/** The value that a `$ref` leads to. */
function follow(reference: string): unknown {
  return reference
    .slice(2)
    .split("/")
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], document);
}

describe("the OpenAPI document", () => {
  it("that is checked in is the one that the schemas make (node scripts/make-openapi.mjs --write)", () => {
    const kept = readFileSync(new URL("../../docs/openapi.json", import.meta.url), "utf8");
    expect(JSON.parse(kept)).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it("has every route, with its role and an answer for errors", () => {
    const paths = document["paths"] as Record<string, Record<string, Record<string, unknown>>>;
    for (const [name, { path, method, role }] of Object.entries(routes)) {
      expect(paths[path]![method.toLowerCase()]).toMatchObject({
        operationId: name,
        "x-role": role,
        responses: { default: { $ref: "#/components/responses/Error" } },
      });
    }
  });

  it("refers to nothing that it does not have", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference!);
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) expect(follow(reference), reference).toBeDefined();
  });

  it("lets no request have fields that it does not name", () => {
    const paths = Object.values(document["paths"] as Record<string, { post?: { requestBody: { content: unknown } } }>);
    const bodies = paths.flatMap(({ post }) => (post === undefined ? [] : [post.requestBody.content]));
    expect(bodies.length).toBeGreaterThan(5);
    for (const body of bodies)
      expect(body).toMatchObject({ "application/json": { schema: { additionalProperties: false } } });
  });
});
