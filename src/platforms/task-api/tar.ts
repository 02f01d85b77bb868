import type { Readable } from "node:stream";

/** A file of an archive. */
export interface TarFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly type?: "file";
  readonly bytes: number;
  readonly executable?: boolean;
  /** Where it counts who may do what; else 644, or 755 of a program. */
  readonly mode?: number;
  /** In whole seconds; else 1970. */
  readonly modifiedAt?: number;
  /** Asked for when it is its turn. */
  readonly read: () => Promise<Readable | Uint8Array>;
}

export interface TarFolder {
  readonly path: string;
  readonly type: "folder";
  readonly mode: number;
}

export type TarEntry = TarFile | TarFolder;

const blockBytes = 512;

/** An archive that is the same, byte by byte, for the same files: no owners, and no times but those that are given. */
export async function* tarOf(entries: Iterable<TarEntry> | AsyncIterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    yield headerOf(entry);
    if (entry.type === "folder") continue;
    const content = await entry.read();
    let left = entry.bytes;
    for await (const piece of content instanceof Uint8Array ? [content] : (content as AsyncIterable<Uint8Array>)) {
      left -= piece.length;
      yield piece;
    }
    if (left !== 0) throw new Error(`${entry.path} is ${entry.bytes - left} bytes long, and should be ${entry.bytes}`);
    yield padding(entry.bytes);
  }
  yield Buffer.alloc(2 * blockBytes);
}

/** Names are told in a record of their own (pax), which has no limits of length or letters. */
function headerOf(entry: TarEntry): Buffer {
  if (entry.type === "folder") return headed(entry.path, 0, { type: "5", mode: entry.mode, modifiedAt: 0 });
  const { path, bytes, executable, mode = executable === true ? 0o755 : 0o644, modifiedAt = 0 } = entry;
  return headed(path, bytes, { type: "0", mode, modifiedAt });
}

function headed(path: string, bytes: number, told: Told): Buffer {
  const record = paxRecord(`path=${path}\nsize=${bytes}`);
  return Buffer.concat([
    block("pax", record.length, { type: "x", mode: 0o644, modifiedAt: 0 }),
    record,
    padding(record.length),
    block(told.type === "5" ? "folder/" : "file", Math.min(bytes, 0o77777777777), told),
  ]);
}

interface Told {
  readonly type: "x" | "0" | "5";
  readonly mode: number;
  readonly modifiedAt: number;
}

/** `<length> <name>=<value>\n` for each; the length counts its own digits. */
function paxRecord(lines: string): Buffer {
  const records = lines.split("\n").map((line) => {
    const rest = Buffer.byteLength(line) + 2;
    let length = rest + String(rest).length;
    if (String(length).length > String(rest).length) length = rest + String(length).length;
    return `${length} ${line}\n`;
  });
  return Buffer.from(records.join(""));
}

function block(name: string, bytes: number, { type, mode, modifiedAt }: Told): Buffer {
  const header = Buffer.alloc(blockBytes);
  const octal = (value: number, at: number, digits: number): void =>
    void header.write(`${value.toString(8).padStart(digits, "0")}\0`, at, "latin1");
  header.write(name, 0, "latin1");
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(bytes, 124, 11);
  octal(modifiedAt, 136, 11);
  header.fill(" ", 148, 156);
  header.write(type, 156, "latin1");
  header.write("ustar\x0000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

function padding(bytes: number): Buffer {
  return Buffer.alloc((blockBytes - (bytes % blockBytes)) % blockBytes);
}
