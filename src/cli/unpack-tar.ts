import { createWriteStream, mkdirSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { FlotillaError } from "../core/errors.ts";
import { ByteReader } from "./byte-reader.ts";

const blockBytes = 512;

/**
 * Writes the files and folders of a tar file, as the API sends it, into a folder, without the name of the folder that they
 * lie in there. Takes a file at a time. Throws `BLOB_DAMAGED` for anything else, or for a path that leads out.
 */
export async function unpackTar(source: AsyncIterable<Uint8Array>, target: string): Promise<void> {
  const reader = new ByteReader(source);
  let extended: Readonly<Record<string, string>> = {};
  mkdirSync(target, { recursive: true });
  for (;;) {
    const header = await reader.take(blockBytes);
    if (header.every((byte) => byte === 0)) return;
    const { type, mode, ...own } = readHeader(header);
    const bytes = Number(extended["size"] ?? own.bytes);
    const padding = (blockBytes - (bytes % blockBytes)) % blockBytes;
    if (type === "x") extended = readExtended(await reader.take(bytes));
    else {
      const path = placeIn(target, extended["path"] ?? own.path);
      extended = {};
      mkdirSync(type === "5" ? path : dirname(path), { recursive: true });
      if (type === "0") await pipeline(reader.stream(bytes), createWriteStream(path, { mode }));
      else if (type !== "5") throw damaged(`an entry of type ${JSON.stringify(type)}`);
    }
    await reader.take(padding);
  }
}

function readHeader(header: Buffer): { path: string; bytes: number; mode: number; type: string } {
  const text = (from: number, length: number): string =>
    header.toString("utf8", from, from + length).split("\0", 1)[0]!;
  return {
    path: text(0, 100),
    bytes: Number.parseInt(text(124, 12), 8),
    mode: Number.parseInt(text(100, 8), 8) & 0o777,
    type: text(156, 1),
  };
}

/** Records of the form `LENGTH name=value\n`. */
function readExtended(content: Buffer): Record<string, string> {
  const found: Record<string, string> = {};
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.toString("latin1", at, space));
    if (space === -1 || !(length > 0)) throw damaged("an extended header that cannot be read");
    const record = content.toString("utf8", space + 1, at + length - 1);
    const equals = record.indexOf("=");
    found[record.slice(0, equals)] = record.slice(equals + 1);
    at += length;
  }
  return found;
}

/** Where an entry goes. The outermost folder is the one that the user has named himself. */
function placeIn(target: string, path: string): string {
  const place = resolve(target, path.slice(path.indexOf("/") + 1));
  if (place !== target && !place.startsWith(target + sep))
    throw damaged(`a path that leads out: ${JSON.stringify(path)}`);
  return place;
}

function damaged(what: string): FlotillaError {
  return new FlotillaError("BLOB_DAMAGED", `the folder cannot be unpacked: the server sent ${what}`);
}
