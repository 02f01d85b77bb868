import { type ErrorCode, errorCodes, FlotillaError } from "../core/errors.ts";
import type { Api, JsonOperation, RequestTo } from "./operations.ts";
import { placeRequest } from "./place-request.ts";
import { type OperationName, type Route, routes } from "./routes.ts";
import { errorAnswer } from "./schemas/error.ts";

export interface HttpApiOptions {
  /** `http://host:port`, without a path. */
  readonly url: string;
  readonly token?: string;
  /** A key for each request that changes something, so that it can be sent again. */
  readonly makeKey: () => string;
  readonly fetch?: typeof fetch;
}

type Values = Readonly<Record<string, unknown>>;

/** A request that changes something is sent once more with the same key when its answer was lost. */
const mostTries = 2;

/**
 * The API of a server, over HTTP. Rejects with the server's own error, its code, mend and place included, or with
 * `SERVER_UNREACHABLE` when none of ours answers.
 */
export function httpApi(options: HttpApiOptions): Api {
  const names = (Object.entries(routes) as [OperationName, Route][]).flatMap(([name, { answer, path }]) =>
    answer === "json" && path.startsWith("/api/") ? [name as JsonOperation] : [],
  );
  const entries = names.map((name) => [name, (request: Values) => ask(options, name, request)]);
  return Object.fromEntries(entries) as Api;
}

/** The bytes of a log or an artifact, as they come. Rejects as the API does; what breaks off midway fails in the stream. */
export async function downloadFrom<Name extends "downloadLog" | "downloadArtifact">(
  options: HttpApiOptions,
  name: Name,
  request: RequestTo<Name>,
): Promise<AsyncIterable<Uint8Array>> {
  const { address } = placeRequest(name, request);
  const answer = await send(options, address, { headers: authorization(options) });
  if (!answer.ok) throw await errorOf(options, answer);
  return answer.body ?? nothing();
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // An empty file.
}

function authorization({ token }: HttpApiOptions): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

async function ask(options: HttpApiOptions, name: JsonOperation, request: Values): Promise<unknown> {
  const { method, address, body } = placeRequest(name, request);
  const headers: Record<string, string> = { accept: "application/json", ...authorization(options) };
  if (body !== undefined) {
    headers["content-type"] = "application/json";
    headers["idempotency-key"] = options.makeKey();
  }
  const init = { method, headers, ...(body === undefined ? {} : { body }) };
  const answer = await send(options, address, init);
  return answer.ok ? readJson(options, answer) : Promise.reject(await errorOf(options, answer));
}

async function send(
  { url, fetch = globalThis.fetch }: HttpApiOptions,
  path: string,
  init: RequestInit,
): Promise<Response> {
  for (let tries = 1; ; tries++) {
    try {
      return await fetch(`${url}${path}`, init);
    } catch (cause) {
      if (tries === mostTries) throw unreachable(url, cause);
    }
  }
}

async function readJson({ url }: HttpApiOptions, answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch (cause) {
    throw unreachable(url, cause);
  }
}

/** What is not in our shape was said by something between us and the server, or by another program. */
async function errorOf({ url }: HttpApiOptions, answer: Response): Promise<FlotillaError> {
  const { data } = errorAnswer.safeParse(await answer.json().catch(() => undefined));
  if (data === undefined) return unreachable(url, new Error(`status ${answer.status}`));
  const { code, message, mend, place } = data.error;
  return new FlotillaError(isErrorCode(code) ? code : "INTERNAL", message, {
    ...(mend === undefined ? {} : { mend }),
    // Members that are absent are not there at all.
    ...(place === undefined ? {} : { place: JSON.parse(JSON.stringify(place)) }),
  });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}

function unreachable(url: string, cause: unknown): FlotillaError {
  return new FlotillaError("SERVER_UNREACHABLE", `no server of ours answers at ${url}`, {
    cause,
    mend: "see whether it runs, and start it with `flotilla up`",
  });
}
