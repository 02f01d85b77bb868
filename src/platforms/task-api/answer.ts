import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import type { StoredBlob } from "../../artifacts/artifact-store.ts";
import { diskError } from "../../artifacts/disk-errors.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import { lengthOf } from "./kept-file.ts";
import { Refusal, tooLarge } from "./refusal.ts";

/** Bytes, from one of them on where a request wants no more than the rest. */
export interface Content {
  readonly content: StoredBlob;
  readonly read: (from: number) => Promise<Readable>;
}

export type Answer = { readonly json: Json } | Content;

/** So much of a body is read to its end before it is refused: otherwise the refusal may not arrive. */
const drainBytes = 8 * 1024 * 1024;

export async function send(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  if ("json" in answer) return sendJson(response, 200, answer.json);
  const { content, read } = answer;
  const from = firstByte(request.headers.range);
  if (from > content.bytes) throw new Refusal(416, { error: "the content is not so long" });
  const stream = await read(from);
  response.writeHead(from === 0 ? 200 : 206, {
    "content-type": "application/octet-stream",
    "content-length": content.bytes - from,
    etag: `"${content.digest}"`,
    ...(from === 0 ? {} : { "content-range": `bytes ${from}-${content.bytes - 1}/${content.bytes}` }),
  });
  // Whoever breaks off comes again for the rest.
  await pipeline(stream, response).catch(() => undefined);
}

export async function refuse(request: IncomingMessage, response: ServerResponse, thrown: unknown): Promise<void> {
  if (response.headersSent || request.socket.destroyed) {
    response.destroy();
    return;
  }
  const { status, body } = refusalOf(thrown);
  if (!request.complete) {
    if (Number(request.headers["content-length"] ?? Infinity) <= drainBytes) await drain(request);
    else response.setHeader("connection", "close");
  }
  sendJson(response, status, body);
}

/** A body of JSON that is read whole; what comes in large parts is not read like this. */
export async function readText(request: IncomingMessage, most: number): Promise<string> {
  if (lengthOf(request) > most) throw tooLarge(`this may be ${most} bytes long`);
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** Only the form in which the rest of something is asked for; any other reads all. */
function firstByte(range: string | undefined): number {
  const [, from] = /^bytes=(\d{1,15})-$/.exec(range ?? "") ?? [];
  return Number(from ?? 0);
}

/** What was thrown on purpose tells what is to be done; of anything else nothing is told. */
function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  const known = diskError(thrown, "the project");
  if (known instanceof FlotillaError) {
    const { code, message } = known;
    if (code === "BLOB_MISSING" || code === "BLOB_DAMAGED") return new Refusal(410, { error: message });
    if (code === "DISK_FULL") return new Refusal(507, { error: "the disk of the engine is full" });
  }
  return new Refusal(500, { error: "a fault of the engine" });
}

function sendJson(response: ServerResponse, status: number, body: Json): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

async function drain(request: IncomingMessage): Promise<void> {
  request.resume();
  // It may break off.
  await finished(request).catch(() => undefined);
}
