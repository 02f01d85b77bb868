import type { IncomingMessage } from "node:http";
import type { Route } from "../../api/routes.ts";
import { FlotillaError } from "../../core/errors.ts";
import { readJsonBody } from "./read-body.ts";
import { malformed } from "./request-guard.ts";

type Fields = Record<string, unknown>;

/**
 * The fields of a request, from where the route says that they are: in the path, in the query (GET) or in the body (POST).
 * A field has one place: what stands in the path is refused elsewhere.
 */
export async function readFields(
  { method }: Route,
  incoming: IncomingMessage,
  inPath: Readonly<Record<string, string>>,
): Promise<Fields> {
  const query = readQuery(incoming.url ?? "");
  if (method === "POST" && Object.keys(query).length > 0)
    throw new FlotillaError("REQUEST_INVALID", "the query: fields of this request belong in its body");
  const fields = method === "POST" ? requireObject(await readJsonBody(incoming)) : query;
  for (const [name, value] of Object.entries(inPath)) {
    if (Object.hasOwn(fields, name))
      throw new FlotillaError("REQUEST_INVALID", `${name}: is given by the path already`, { place: { name } });
    fields[name] = value;
  }
  return fields;
}

/** A name that stands several times has a list of values. */
function readQuery(url: string): Fields {
  const fields: Fields = Object.create(null) as Fields;
  const start = url.indexOf("?");
  if (start === -1) return fields;
  for (const pair of url.slice(start + 1).split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? "" : decode(pair.slice(equals + 1));
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else fields[name] = [before, value];
  }
  return { ...fields };
}

function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw malformed("the query is not encoded properly");
  }
  if (decoded.includes("\0")) throw malformed("the query has a NUL character");
  return decoded;
}

function requireObject(body: unknown): Fields {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return { ...body };
  throw new FlotillaError("REQUEST_INVALID", "the body: is no JSON object");
}
