import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { readRange } from "./byte-range.ts";
import type { Content } from "./call.ts";
import { artifactPolicy } from "./security-headers.ts";

/** Shown as they are; anything else that is wanted in the browser is text to it. */
const shownTypes = /^(image\/(png|jpeg|gif|webp|avif|svg\+xml)|text\/(html|plain)|application\/(json|pdf))\b/;

/**
 * Sends bytes that a task made: to be saved, or to be shown in a sandbox where nothing executes. The reader's pace is ours; one that
 * goes away ends it. A fault midway breaks the connection off, so that nobody takes the part for the whole.
 */
export async function sendContent(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  content: Content,
): Promise<void> {
  const { bytes, digest } = content;
  const etag = digest === undefined ? undefined : `"${digest}"`;
  const isUnchanged = incoming.headers["if-range"] === undefined || incoming.headers["if-range"] === etag;
  const range = isUnchanged ? readRange(incoming.headers.range, bytes) : undefined;
  const { from, to } = range ?? { from: 0, to: bytes };
  const stream = incoming.method === "HEAD" || from === to ? undefined : await content.open({ from, to });
  outgoing.writeHead(range === undefined ? 200 : 206, {
    ...describe(content),
    "accept-ranges": "bytes",
    "cache-control": "no-store",
    "content-length": to - from,
    ...(etag === undefined ? {} : { etag }),
    ...(range === undefined ? {} : { "content-range": `bytes ${from}-${to - 1}/${bytes}` }),
  });
  if (stream === undefined) outgoing.end();
  else await pipeline(stream, outgoing);
}

function describe({ name, mediaType, show }: Content): Record<string, string> {
  if (!show)
    return {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; ${fileName(name)}`,
      "content-security-policy": artifactPolicy,
    };
  return {
    "content-type": shownTypes.test(mediaType) ? mediaType : "text/plain; charset=utf-8",
    "content-disposition": `inline; ${fileName(name)}`,
    "content-security-policy": artifactPolicy,
  };
}

/** A name from a task: quoted for old readers, and encoded for all others (RFC 6266). */
function fileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1)!.slice(0, 200) || "download";
  const plain = last.replaceAll(/[^\w.\- ]/g, "_");
  const encoded = encodeURIComponent(Buffer.from(last).toString()).replaceAll(/['()*]/g, escapeByte);
  return `filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function escapeByte(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}
