import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { errnoOf } from "../../artifacts/disk-errors.ts";
import type { LogLine, LogRange } from "../platform.ts";

const chunkBytes = 256 * 1024;
const newLine = 0x0a;

/**
 * The records of a log in the format of Kubernetes' container logs, those of a range, up to the last whole record. Reads a piece at a time: a log of 1 GiB needs no more memory than a
 * small one, and its tail no more reading. A log that does not exist has no lines.
 */
export async function* readLog(
  path: string,
  { fromByte = 0, tailLines, beforeByte = Infinity, mostBytes = Infinity }: LogRange = {},
): AsyncGenerator<LogLine> {
  const file = await openLog(path);
  if (file === undefined) return;
  try {
    const start =
      tailLines === undefined
        ? fromByte
        : Math.max(fromByte, await tailStart(file, { tailLines, beforeByte, mostBytes }));
    for await (const line of recordsFrom(file, start)) {
      if (line.nextByte! > beforeByte) return;
      yield line;
    }
  } finally {
    await file.close();
  }
}

/** Undefined for a log that does not exist. */
export async function openLog(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return undefined;
    throw thrown;
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

/** Where the last records begin, found from the end backwards. */
async function tailStart(
  file: FileHandle,
  { tailLines, beforeByte, mostBytes }: Required<Omit<LogRange, "fromByte">>,
): Promise<number> {
  const { size } = await file.stat();
  const last = Math.min(size, beforeByte);
  const chunk = Buffer.allocUnsafe(chunkBytes);
  let found = last;
  let ends = 0; // line ends seen: that of the last record, then those before the records that are wanted
  for (let end = last; end > 0;) {
    const start = Math.max(0, end - chunkBytes);
    const { bytesRead } = await file.read(chunk, 0, end - start, start);
    for (
      let at = chunk.lastIndexOf(newLine, bytesRead - 1);
      at !== -1;
      at = at === 0 ? -1 : chunk.lastIndexOf(newLine, at - 1)
    ) {
      if (at >= bytesRead) continue;
      if (ends > 1 && last - (start + at + 1) > mostBytes) return found;
      found = start + at + 1;
      if (ends++ === tailLines) return found;
    }
    end = start;
  }
  return ends > 1 && last > mostBytes ? found : 0;
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
  const text = record.toString("utf8", afterStream + 3);
  return { at, stream, text, partial: flag === 0x50, nextByte, fromByte: nextByte - record.length - 1 };
}
