import { randomBytes } from "node:crypto";
import { errorStatus } from "../../api/error-status.ts";
import type { ErrorAnswer } from "../../api/schemas/error.ts";
import { type FlotillaError, toFlotillaError } from "../../core/errors.ts";

/** Seconds until it is worth asking again, where waiting helps. */
const retryAfterSeconds = 2;

export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ErrorAnswer;
  /** A fault of ours, with the id that the answer names: to be logged. */
  readonly fault?: { readonly id: string; readonly error: FlotillaError };
}

/** The one answer to whatever went wrong. Of a fault of ours it tells an id that stands in the log, and nothing else. */
export function refusalOf(thrown: unknown): Refusal {
  const error = toFlotillaError(thrown);
  const status = errorStatus[error.code];
  const headers = headersFor(status);
  if (error.code !== "INTERNAL") return { status, headers, body: { error: error.toJSON() } };
  const id = randomBytes(6).toString("hex");
  const told = {
    code: error.code,
    message: "a fault in Flotilla itself",
    mend: `the server's log tells more, under ${id}`,
    place: { name: id },
  };
  return { status, headers, body: { error: told }, fault: { id, error } };
}

function headersFor(status: number): Record<string, string> {
  const headers: Record<string, string> = {};
  if (status === 503) headers["retry-after"] = String(retryAfterSeconds);
  if (status === 401) headers["www-authenticate"] = "Bearer";
  // More of the request may be on its way: nobody reads it.
  if (status === 413 || status === 400 || status === 421) headers["connection"] = "close";
  return headers;
}
