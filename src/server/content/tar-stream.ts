import type { ArtifactStore, TreeEntry } from "../../artifacts/artifact-store.ts";

/**
 * A folder as a tar file (POSIX, with extended headers for what the old ones cannot hold), one file after the other straight out
 * of the store. Equal folders give equal bytes: no times, no owners.
 */
export async function* tarStream(
  folder: string,
  entries: readonly TreeEntry[],
  artifacts: Pick<ArtifactStore, "get">,
): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    yield headersOf(folder, entry);
    if (entry.type === "folder") continue;
    for await (const chunk of await artifacts.get(entry.digest)) yield chunk as Uint8Array;
    if (paddingOf(entry.bytes) > 0) yield Buffer.alloc(paddingOf(entry.bytes));
  }
  yield Buffer.alloc(2 * blockBytes);
}

/** How long that will be. */
export function tarBytes(folder: string, entries: readonly TreeEntry[]): number {
  return entries.reduce((sum, entry) => {
    const bytes = entry.type === "file" ? entry.bytes + paddingOf(entry.bytes) : 0;
    return sum + headersOf(folder, entry).length + bytes;
  }, 2 * blockBytes);
}

const blockBytes = 512;
const longestName = 100;
/** Eleven octal digits. */
const mostBytes = 8 ** 11 - 1;

function paddingOf(bytes: number): number {
  return (blockBytes - (bytes % blockBytes)) % blockBytes;
}

function headersOf(folder: string, entry: TreeEntry): Buffer {
  const path = `${folder}/${entry.path}${entry.type === "folder" ? "/" : ""}`;
  const bytes = entry.type === "file" ? entry.bytes : 0;
  const mode = entry.type === "folder" || entry.executable === true ? 0o755 : 0o644;
  const extended: string[] = [];
  if (Buffer.byteLength(path) > longestName) extended.push(record("path", path));
  if (bytes > mostBytes) extended.push(record("size", String(bytes)));
  const own = header({ path, bytes: Math.min(bytes, mostBytes), mode, type: entry.type === "folder" ? "5" : "0" });
  if (extended.length === 0) return own;
  const content = Buffer.from(extended.join(""));
  const before = header({ path: "PaxHeader", bytes: content.length, mode: 0o644, type: "x" });
  return Buffer.concat([before, content, Buffer.alloc(paddingOf(content.length)), own]);
}

/** `LENGTH name=value\n`, where the length counts itself. */
function record(name: string, value: string): string {
  const rest = Buffer.byteLength(` ${name}=${value}\n`);
  let length = rest + 1;
  while (length < rest + String(length).length) length++;
  return `${length} ${name}=${value}\n`;
}

function header({ path, bytes, mode, type }: { path: string; bytes: number; mode: number; type: string }): Buffer {
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, at: number, digits: number): number =>
    block.write(value.toString(8).padStart(digits, "0"), at, "latin1");
  block.write(path, 0, longestName, "utf8");
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(bytes, 124, 11);
  octal(0, 136, 11);
  block.write("        ", 148, "latin1");
  block.write(type, 156, "latin1");
  block.write("ustar\u000000", 257, "latin1");
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  block[154] = 0;
  return block;
}
