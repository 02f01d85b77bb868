import { routes, type OperationName } from "../../../src/api/routes.ts";
import type { FakeApi } from "./fake-api.ts";

export interface FakeAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The operation that a request is for, by the table of routes, and its fields. */
export function findOperation(
  method: string,
  url: URL,
): { name: OperationName; request: Record<string, unknown> } | undefined {
  for (const [name, route] of Object.entries(routes)) {
    const names: string[] = [];
    const pattern = route.path.replaceAll(/\{(\w+)\}/g, (_, field: string) => {
      names.push(field);
      return "([^/]+)";
    });
    const match =
      route.method === method ? new RegExp(`^${pattern.replaceAll(".", String.raw`\.`)}$`).exec(url.pathname) : null;
    if (!match) continue;
    const request: Record<string, unknown> = {};
    for (const field of new Set(url.searchParams.keys())) {
      const values = url.searchParams.getAll(field);
      request[field] = values.length === 1 ? values[0] : values;
    }
    for (const [at, field] of names.entries()) request[field] = decodeURIComponent(match[at + 1] ?? "");
    return { name: name as OperationName, request };
  }
  return undefined;
}

/** What the made-up server says; undefined where the path is none of the API's. */
export function answer(api: FakeApi, method: string, url: URL, body: Record<string, unknown>): FakeAnswer | undefined {
  const found = findOperation(method, url);
  if (!found) return undefined;
  const operation = api[found.name as keyof FakeApi] as ((request: unknown) => unknown) | undefined;
  if (!operation)
    return { status: 404, body: { error: { code: "RUN_NOT_FOUND", message: `there is no ${found.name} here` } } };
  const told = operation({ ...found.request, ...body });
  return told instanceof FakeFailure
    ? { status: told.status, body: { error: told.error } }
    : { status: 200, body: told };
}

/** Returned by an operation that is to fail. */
export class FakeFailure {
  readonly status: number;
  readonly error: { readonly code: string; readonly message: string; readonly mend?: string };

  constructor(status: number, error: FakeFailure["error"]) {
    this.status = status;
    this.error = error;
  }
}
