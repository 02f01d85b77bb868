import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { errnoOf } from "../../artifacts/disk-errors.ts";
import type { LogLine } from "../platform.ts";

const chunkBytes = 256 * 1024;
const newLine = 0x0a;

/**
 * The records of a log in the format of Kubernetes' container logs, from `fromByte` (the start of a record) or the last
 * `tailLines` of them, up to the last whole record. Reads a piece at a time: a log of 1 GiB needs no more memory than a
 * small one, and its tail no more reading. A log that does not exist has no lines.
 */
export async function* readLog(
  path: string,
  options: { readonly fromByte?: number; readonly tailLines?: number } = {},
): AsyncGenerator<LogLine> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return;
    throw thrown;
  }
  try {
    const from = options.fromByte ?? 0;
    const start = options.tailLines === undefined ? from : Math.max(from, await tailStart(file, options.tailLines));
    yield* recordsFrom(file, start);
  } finally {
    await file.close();
  }
}

async function* recordsFrom(file: FileHandle, start: number): AsyncGenerator<LogLine> {
  let position = start;
  let rest: Buffer = Buffer.alloc(0);
  for (;;) {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const { bytesRead } = await file.read(chunk, 0, chunkBytes, position + rest.length);
    if (bytesRead === 0) return;
    const content =
      rest.length === 0 ? chunk.subarray(0, bytesRead) : Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    let from = 0;
    for (let end = content.indexOf(newLine, from); end !== -1; end = content.indexOf(newLine, from)) {
      const line = parseRecord(content.subarray(from, end), position + end + 1);
      if (line) yield line;
      from = end + 1;
    }
    rest = content.subarray(from);
    position += from;
  }
}

/** Where the last `lines` records begin, found from the end backwards. */
async function tailStart(file: FileHandle, lines: number): Promise<number> {
  const { size } = await file.stat();
  const chunk = Buffer.allocUnsafe(chunkBytes);
  let missing = lines + 1; // the new line before the first of them
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - chunkBytes);
    const { bytesRead } = await file.read(chunk, 0, end - start, start);
    for (
      let at = chunk.lastIndexOf(newLine, bytesRead - 1);
      at !== -1;
      at = at === 0 ? -1 : chunk.lastIndexOf(newLine, at - 1)
    ) {
      if (at < bytesRead && --missing === 0) return start + at + 1;
    }
    end = start;
  }
  return 0;
}

/** `2026-11-23T22:16:02.123456Z stdout F text`; undefined for a line that is no record. */
export function parseRecord(record: Buffer, nextByte: number): LogLine | undefined {
  const afterTime = record.indexOf(0x20);
  const stream = record[afterTime + 4] === 0x6f ? "stdout" : "stderr"; // the o of std-o-ut
  const afterStream = afterTime + 1 + stream.length;
  const at = Date.parse(record.toString("latin1", 0, afterTime));
  const flag = record[afterStream + 1];
  if (afterTime === -1 || Number.isNaN(at) || record.toString("latin1", afterTime + 1, afterStream) !== stream)
    return undefined;
  if ((flag !== 0x46 && flag !== 0x50) || record[afterStream + 2] !== 0x20) return undefined;
  return { at, stream, text: record.toString("utf8", afterStream + 3), partial: flag === 0x50, nextByte };
}
