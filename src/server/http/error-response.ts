import type { FlotillaError } from "../../core/errors.ts";
import { refusalOf } from "./error-answer.ts";

/** Whatever was thrown, as the answer; `onFault` is told of a fault of ours, with the id that the answer names. */
export function errorResponse(thrown: unknown, onFault: (id: string, error: FlotillaError) => void): Response {
  const { status, headers, body, fault } = refusalOf(thrown);
  if (fault !== undefined) onFault(fault.id, fault.error);
  const methods = status === 405 ? { allow: body.error.place?.name ?? "" } : {};
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, ...methods, "content-type": "application/json", "cache-control": "no-store" },
  });
}
