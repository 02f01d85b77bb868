import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { readRange } from "./byte-range.ts";
import type { Content } from "../content/content.ts";
import { artifactPolicy } from "./security-headers.ts";

/**
 * Sends bytes that a task made: to be saved, or (`show`) to be shown in a sandbox where nothing executes. The reader's pace is
 * ours; one that goes away ends it. A fault midway breaks the connection off, so that nobody takes the part for the whole.
 */
export async function sendContent(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  content: Content,
  { show }: { show: boolean },
): Promise<void> {
  const { bytes, digest, hasRanges } = content;
  const etag = digest === undefined ? undefined : `"${digest}"`;
  const range =
    hasRanges && isSame(incoming.headers["if-range"], etag) ? readRange(incoming.headers.range, bytes) : undefined;
  const { from, to } = range ?? { from: 0, to: bytes };
  const stream = incoming.method === "HEAD" || from === to ? undefined : await content.open(range);
  outgoing.writeHead(range === undefined ? 200 : 206, {
    ...describe(content, show),
    "accept-ranges": hasRanges ? "bytes" : "none",
    "cache-control": "no-store",
    "content-length": to - from,
    ...(etag === undefined ? {} : { etag }),
    ...(range === undefined ? {} : { "content-range": `bytes ${from}-${to - 1}/${bytes}` }),
  });
  if (stream === undefined) outgoing.end();
  else await pipeline(stream, outgoing);
}

/** A part is wanted only of the content that the caller has another part of. */
function isSame(ifRange: unknown, etag: string | undefined): boolean {
  return ifRange === undefined || ifRange === etag;
}

function describe({ name, mediaType, shown }: Content, show: boolean): Record<string, string> {
  const isShown = show && shown !== "never";
  return {
    "content-type": isShown ? mediaType : "application/octet-stream",
    "content-disposition": `${isShown ? "inline" : "attachment"}; ${fileName(name)}`,
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
