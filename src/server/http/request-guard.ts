import type { IncomingMessage } from "node:http";
import { FlotillaError } from "../../core/errors.ts";
import { hostName } from "./host-name.ts";

export const limits = {
  bodyBytes: 1024 * 1024,
  /** A page's cursor or a task's key may be long. */
  addressBytes: 48 * 1024,
  /** The request line included. */
  headerBytes: 64 * 1024,
  headersMs: 10_000,
  requestMs: 30_000,
} as const;

/** What may stand in an address as it is; everything else is percent-encoded by whoever asks properly. */
const addressForm = /^\/[!$%&'()*+,\-./0-9:;=?@A-Z[\]_a-z~]*$/;
/** Of these a second one would leave it open which of the two counts. */
const singular = new Set(["host", "authorization", "content-type", "content-length", "origin", "idempotency-key"]);

/**
 * Why a request is not looked at any further, before it costs anything: too large, ambiguous, or for another host. Every
 * request passes here, whatever its method and address. A page of another site that has had its name pointed at us
 * (DNS rebinding) still sends its own name as the host.
 */
export function refuseAtOnce(
  { url = "", headers, rawHeaders }: Pick<IncomingMessage, "url" | "headers" | "rawHeaders">,
  hosts: ReadonlySet<string>,
): FlotillaError | undefined {
  if (url.length > limits.addressBytes) return tooLarge(`the address is longer than ${limits.addressBytes} bytes`);
  if (Number(headers["content-length"] ?? 0) > limits.bodyBytes) return bodyTooLarge();
  const doubled = doubledHeader(rawHeaders);
  if (doubled !== undefined) return malformed(`the header ${doubled} stands there twice`);
  const host = hostName(headers.host);
  if (host === undefined || !hosts.has(host))
    return new FlotillaError("HOST_REFUSED", "the server does not answer for this host", {
      mend: "use the address that `flotilla up` printed, or start it with --host and the name",
    });
  return refuseAddress(url);
}

/**
 * An address has one reading: no empty, `.` or `..` segments (encoded or not), no control characters, no full URL. So
 * nothing between us and the caller can have understood it otherwise.
 */
function refuseAddress(url: string): FlotillaError | undefined {
  if (!addressForm.test(url)) return malformed("the address is not a path, or has characters that must be encoded");
  const segments = url.split("?", 1)[0]!.slice(1).split("/");
  for (const [index, segment] of segments.entries()) {
    const text = decode(segment);
    if (text === undefined) return malformed("the address is not encoded properly");
    if (text === "." || text === ".." || (text === "" && index < segments.length - 1))
      return malformed("the address has an empty or relative segment");
    if (hasControls(text)) return malformed("the address has a control character");
  }
  return undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function hasControls(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 32 || text.charCodeAt(i) === 127) return true;
  return false;
}

function doubledHeader(rawHeaders: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (!singular.has(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

export function bodyTooLarge(): FlotillaError {
  return tooLarge(`the body is larger than ${limits.bodyBytes} bytes`);
}

export function malformed(message: string): FlotillaError {
  return new FlotillaError("REQUEST_MALFORMED", message);
}

function tooLarge(message: string): FlotillaError {
  return new FlotillaError("REQUEST_TOO_LARGE", message);
}
