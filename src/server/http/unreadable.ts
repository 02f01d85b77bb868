import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { ErrorAnswer } from "../../api/schemas/error.ts";

/** What Node.js could not read as a request, by its code for that. */
const statuses: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** Answers what is no request, too long in its headers, or too slow, in the shape of all refusals, and hangs up. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const status = statuses[error.code ?? ""] ?? 400;
  const isTooLarge = status !== 400;
  const answer: ErrorAnswer = {
    error: {
      code: isTooLarge ? "REQUEST_TOO_LARGE" : "REQUEST_MALFORMED",
      message: isTooLarge ? "the request is too large, or came too slowly" : "this is no HTTP request",
    },
  };
  const body = JSON.stringify(answer);
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      "connection: close",
      "content-type: application/json",
      "x-content-type-options: nosniff",
      `content-length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ].join("\r\n"),
  );
}
