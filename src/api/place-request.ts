import { type OperationName, routes } from "./routes.ts";

type Values = Readonly<Record<string, unknown>>;

export interface PlacedRequest {
  readonly method: "GET" | "POST";
  /** Path and query, as they stand in an address. */
  readonly address: string;
  /** What goes into the body, as JSON; undefined for GET. */
  readonly body: string | undefined;
}

/** Where the fields of a request go, as its route says: into the path, each as one segment, else into the query (GET) or the body (POST). */
export function placeRequest(name: OperationName, request: Values): PlacedRequest {
  const { method, path: template } = routes[name];
  const rest: Record<string, unknown> = { ...request };
  const path = template.replaceAll(/\{(\w+)\}/g, (_, field: string) => {
    const value = String(rest[field]);
    delete rest[field];
    return encodeURIComponent(value);
  });
  if (method === "POST") return { method, address: path, body: JSON.stringify(rest) };
  const query = queryOf(rest);
  return { method, address: query === "" ? path : `${path}?${query}`, body: undefined };
}

function queryOf(values: Values): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) query.append(name, String(one));
  return query.toString();
}
