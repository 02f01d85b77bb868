import { open, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { errnoOf } from "../../artifacts/disk-errors.ts";
import { malformed, Refusal, tooLarge } from "./refusal.ts";

/** How far a file that is coming in has come. */
export async function bytesOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return 0;
    throw thrown;
  }
}

export interface AppendOptions {
  readonly from: number;
  /** So long may the file become. */
  readonly most: number;
  readonly mostAtOnce?: number;
  readonly onBytes?: (bytes: Uint8Array) => void;
}

/**
 * Writes the body to a file from a byte on, as it comes. What is there already is passed over, so that a request whose answer was
 * lost may be repeated; what was written when the connection breaks stays. Answers how long the file is then.
 * @throws Refusal 409 with `bytes`, if there is a gap before it; 413 if the file would be longer than `most`
 */
export async function appendBody(
  path: string,
  request: IncomingMessage,
  { from, most, mostAtOnce = most, onBytes }: AppendOptions,
): Promise<number> {
  const length = lengthOf(request);
  if (from + length > most) throw tooLarge(`no more than ${most} bytes are kept of this`);
  if (length > mostAtOnce) throw tooLarge(`no more than ${mostAtOnce} bytes are taken at once`);
  const file = await open(path, "a+");
  try {
    let end = (await file.stat()).size;
    if (from > end) throw new Refusal(409, { bytes: end });
    let position = from;
    for await (const piece of request as AsyncIterable<Buffer>) {
      const fresh = piece.subarray(Math.max(0, end - position));
      position += piece.length;
      if (fresh.length === 0) continue;
      await writeWhole(file, fresh);
      onBytes?.(fresh);
      end += fresh.length;
    }
    return end;
  } finally {
    await file.close();
  }
}

/** Every body says beforehand how long it is. */
export function lengthOf({ headers }: IncomingMessage): number {
  const length = headers["content-length"];
  if (length === undefined || !/^\d{1,15}$/.test(length)) throw malformed("a body needs a Content-Length");
  return Number(length);
}

async function writeWhole(file: FileHandle, content: Uint8Array): Promise<void> {
  for (let written = 0; written < content.length;) {
    written += (await file.write(content, written, content.length - written)).bytesWritten;
  }
}
