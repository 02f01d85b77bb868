import * as z from "zod";
import { errorStatus } from "./error-status.ts";
import { operations } from "./operations.ts";
import { apiVersion, type OperationName, type Role, type Route, routes } from "./routes.ts";
import { errorAnswer } from "./schemas/error.ts";
import { eventData } from "./schemas/event.ts";

type Schema = Record<string, unknown>;
type Components = Record<string, Schema>;

/** The OpenAPI 3.1 document of the API, made from the same table and schemas that the server is made from. */
export function makeOpenApi(): Schema {
  const components: Components = {};
  const paths: Record<string, Schema> = {};
  for (const [name, route] of Object.entries(routes) as [OperationName, Route][]) {
    const path = (paths[route.path] ??= {});
    path[route.method.toLowerCase()] = describeOperation(name, route, components);
  }
  describeEvents(components);
  const Error = errorResponse(components);
  return {
    openapi: "3.1.0",
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    info: {
      title: "Flotilla",
      version: String(apiVersion),
      summary: "Train fleets of models",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(components).toSorted(([a], [b]) => (a < b ? -1 : 1))),
      responses: { Error },
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "a token made by `flotilla token create`" },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "flotilla_session",
          description: "a browser that has logged in; what changes something also needs the header x-csrf-token",
        },
      },
    },
  };
}

function describeOperation(name: OperationName, route: Route, components: Components): Schema {
  const request = toSchema(operations[name].request, "input", components);
  return {
    operationId: name,
    summary: route.summary,
    "x-role": route.role,
    security: securityOf(route.role),
    ...describeRequest(route, request),
    responses: { "200": describeAnswer(name, route, components), default: { $ref: "#/components/responses/Error" } },
  };
}

/** Without tokens, on a server that only its own machine reaches, everybody may do everything; hence the empty alternative. */
function securityOf(role: Role): Schema[] {
  return role === "anyone" ? [] : [{}, { token: [] }, { session: [] }];
}

function describeRequest({ method, path }: Route, request: Schema): Schema {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, field]) => field!);
  const properties = (request["properties"] ?? {}) as Record<string, Schema>;
  const required = (request["required"] ?? []) as readonly string[];
  const parameters = inPath.map((name) => ({ name, in: "path", required: true, schema: properties[name] ?? {} }));
  const others = Object.keys(properties).filter((name) => !inPath.includes(name));
  if (method === "GET") {
    const inQuery = others.map((name) => ({
      name,
      in: "query",
      required: required.includes(name),
      schema: properties[name],
    }));
    return { parameters: [...parameters, ...inQuery] };
  }
  const body = {
    type: "object",
    properties: Object.fromEntries(others.map((name) => [name, properties[name]])),
    required: required.filter((name) => !inPath.includes(name)),
    additionalProperties: false,
  };
  return {
    parameters: [...parameters, idempotencyKey],
    requestBody: { required: true, content: { "application/json": { schema: body } } },
  };
}

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description: "made by the caller: the same key is the same request, so one whose answer was lost can be sent again",
  schema: { type: "string", minLength: 1, maxLength: 200 },
};

function describeAnswer(name: OperationName, { answer }: Route, components: Components): Schema {
  switch (answer) {
    case "json":
      return content("application/json", toSchema(operations[name].response, "output", components), "the answer");
    case "text":
      return content("text/plain", { type: "string" }, "text");
    case "events":
      return content("text/event-stream", { type: "string" }, `events, whose data are ${eventNames()}`);
    case "content":
      return content(
        "application/octet-stream",
        { type: "string", format: "binary" },
        "the bytes; one range of them if asked for (then with status 206)",
      );
  }
}

function content(mediaType: string, schema: Schema, description: string): Schema {
  return { description, content: { [mediaType]: { schema } } };
}

function errorResponse(components: Components): Schema {
  const statuses = [...new Set(Object.values(errorStatus))].toSorted((a, b) => a - b).join(", ");
  return content(
    "application/json",
    toSchema(errorAnswer, "output", components),
    `what went wrong, with one of the statuses ${statuses}`,
  );
}

function eventNames(): string {
  return Object.keys(eventData)
    .map((name) => `${name}: ${eventComponent(name)}`)
    .join(", ");
}

function describeEvents(components: Components): void {
  for (const [name, schema] of Object.entries(eventData))
    components[eventComponent(name)] = toSchema(schema, "output", components);
}

function eventComponent(name: string): string {
  return `Event${name[0]!.toUpperCase()}${name.slice(1)}`;
}

/** A schema as JSON; those with a name of their own are put among the components and referred to. */
function toSchema(schema: z.ZodType, io: "input" | "output", components: Components): Schema {
  const made: Schema = z.toJSONSchema(schema, { io, target: "draft-2020-12", unrepresentable: "any" });
  const { $schema: _schema, $defs, id, ...root } = made;
  for (const [name, definition] of Object.entries(($defs ?? {}) as Components)) {
    const { id: _id, ...rest } = definition;
    components[componentName(name)] = redirected(rest) as Schema;
  }
  const body = redirected(root) as Schema;
  if (typeof id !== "string") return body;
  components[componentName(id)] = body;
  return { $ref: referenceTo(id) };
}

/** References to what is now a component. */
function redirected(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redirected);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === "$ref" ? redirect(inner as string) : redirected(inner)]),
  );
}

function redirect(reference: string): string {
  return referenceTo(reference.replace(/^#\/\$defs\//, ""));
}

function referenceTo(name: string): string {
  return `#/components/schemas/${componentName(name)}`;
}

/** The only schema that refers to itself, and so is given a name by zod, is that of any JSON value. */
function componentName(name: string): string {
  return name.startsWith("__schema") ? "Json" : name;
}
