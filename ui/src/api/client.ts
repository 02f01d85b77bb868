import type { JsonOperation, RequestTo, ResponseOf } from "../../../src/api/operations.ts";
import { placeRequest } from "../../../src/api/place-request.ts";
import type { OperationName } from "../../../src/api/routes.ts";
import { ApiError, errorFrom, unreachable } from "./error.ts";
import { csrfHeaders, loginNeeded } from "./session.ts";
import { transport } from "./transport.ts";

type Values = Readonly<Record<string, unknown>>;

/**
 * Carries out one operation of the API. Rejects with an `ApiError`, whatever went wrong. What changes something takes the
 * key of the intent: sent again under the same key, after an answer that got lost, it is done once.
 */
export async function call<Name extends JsonOperation>(
  name: Name,
  request: RequestTo<Name>,
  signal?: AbortSignal,
  key = newKey(),
): Promise<ResponseOf<Name>> {
  const answer = await send(name, request as Values, signal, key);
  try {
    return (await answer.json()) as ResponseOf<Name>;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError({ code: "ANSWER_INVALID", message: "the server's answer could not be read" }, answer.status);
  }
}

/** The address of an operation that is read by the browser itself: downloads, pictures, sandboxed pages. */
export function addressOf<Name extends OperationName>(name: Name, request: RequestTo<Name>): string {
  return placeRequest(name, request as Values).address;
}

async function send(
  name: JsonOperation,
  request: Values,
  signal: AbortSignal | undefined,
  key: string,
): Promise<Response> {
  const { method, address, body } = placeRequest(name, request);
  const init: RequestInit = { method, ...(signal && { signal }) };
  if (body !== undefined) {
    init.body = body;
    init.headers = { "content-type": "application/json", "idempotency-key": key, ...csrfHeaders() };
  }
  const answer = await transport.fetch(address, init).catch((error: unknown) => {
    throw signal?.aborted ? error : unreachable();
  });
  if (answer.ok) return answer;
  if (answer.status === 401) loginNeeded();
  throw await errorFrom(answer);
}

/** Names an intent. `crypto.randomUUID` is missing where the page does not come over TLS or loopback. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
