import { FlotillaError } from "../core/errors.ts";
import { ByteReader } from "./byte-reader.ts";

/** What lies in an archive. Names and targets are as they were sent, and lead where they like. */
export interface TarMember {
  readonly path: string;
  readonly type: "file" | "folder" | "link" | "hardLink" | "other";
  /** Of a link. */
  readonly target: string;
  readonly bytes: number;
  readonly mode: number;
  /** To be read, if it is, before the next member is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
}

const blockBytes = 512;
/** A header of headers that is longer than this is no list of names. */
const mostExtendedBytes = 1024 ** 2;
/** An archive is filled up to a round length. */
const mostTrailingBytes = 64 * 1024;

const types: Readonly<Record<string, TarMember["type"]>> = {
  "": "file",
  "0": "file",
  "7": "file",
  "5": "folder",
  "2": "link",
  "1": "hardLink",
};

/** The members of an archive (ustar, pax, GNU), one after the other as they come. Rejects with `BLOB_DAMAGED` for what is none. */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarMember> {
  const reader = new ByteReader(source);
  let extended: Readonly<Record<string, string>> = {};
  for (;;) {
    const header = await reader.take(blockBytes);
    // The connection that it came over is of use again only when all was read.
    if (header.every((byte) => byte === 0)) return reader.drain(mostTrailingBytes);
    const { type, ...own } = readHeader(header);
    const bytes = Number(extended["size"] ?? own.bytes);
    if (!Number.isSafeInteger(bytes) || bytes < 0) throw damaged("a length that is none");
    if ("xgLK".includes(type) && type !== "") {
      if (bytes > mostExtendedBytes) throw damaged("a name without an end");
      extended = { ...extended, ...readExtended(type, await reader.take(bytes)) };
    } else {
      const content = counted(reader.stream(bytes));
      yield {
        path: extended["path"] ?? own.path,
        target: extended["linkpath"] ?? own.target,
        type: types[type] ?? "other",
        bytes,
        mode: own.mode,
        content: content.pieces,
      };
      extended = {};
      for await (const _ of reader.stream(bytes - content.taken())) void _;
    }
    await reader.take((blockBytes - (bytes % blockBytes)) % blockBytes);
  }
}

function counted(source: AsyncIterable<Uint8Array>): { pieces: AsyncIterable<Uint8Array>; taken: () => number } {
  let taken = 0;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      taken += piece.length;
      yield piece;
    }
  }
  return { pieces: pieces(), taken: () => taken };
}

function readHeader(header: Buffer): { path: string; target: string; bytes: number; mode: number; type: string } {
  const text = (from: number, length: number): string =>
    header.toString("utf8", from, from + length).split("\0", 1)[0]!;
  const prefix = text(257, 6) === "ustar" ? text(345, 155) : "";
  return {
    path: prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`,
    target: text(157, 100),
    bytes: lengthIn(header.subarray(124, 136)),
    mode: Number.parseInt(text(100, 8), 8) & 0o777,
    type: text(156, 1),
  };
}

/** In octal digits; where they do not suffice, in binary with the first bit set. */
function lengthIn(field: Buffer): number {
  if ((field[0]! & 0x80) === 0) return Number.parseInt(field.toString("latin1"), 8) || 0;
  return field.subarray(1).reduce((total, byte) => total * 256 + byte, field[0]! & 0x7f);
}

/** Records of the form `LENGTH name=value\n`; of GNU a name alone. What is said for all members is of no use to us. */
function readExtended(type: string, content: Buffer): Record<string, string> {
  if (type === "g") return {};
  if (type !== "x") return { [type === "L" ? "path" : "linkpath"]: content.toString("utf8").split("\0", 1)[0]! };
  const found: Record<string, string> = {};
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.toString("latin1", at, space));
    if (space === -1 || !(length > 0)) throw damaged("an extended header that cannot be read");
    const record = content.toString("utf8", space + 1, at + length - 1);
    const equals = record.indexOf("=");
    if (["path", "linkpath", "size"].includes(record.slice(0, equals)))
      found[record.slice(0, equals)] = record.slice(equals + 1);
    at += length;
  }
  return found;
}

function damaged(what: string): FlotillaError {
  return new FlotillaError("BLOB_DAMAGED", `an archive cannot be read: it has ${what}`);
}
