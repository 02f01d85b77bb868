import type { FileHandle } from "node:fs/promises";
import type { LogLine, LogSearch, LogSearchResult } from "../platform.ts";
import { openLog, parseRecord } from "./log-reader.ts";

const chunkBytes = 256 * 1024;
const newLine = 0x0a;
const space = 0x20;

/**
 * The records of a log that hold a text. Looks for its bytes in pieces of the file and makes lines only of what it finds:
 * 1 GiB is gone through in about a second, with the memory of two pieces. A text that is split over two records of one
 * long line is not found.
 */
export async function searchLog(path: string, search: LogSearch): Promise<LogSearchResult> {
  const file = await openLog(path);
  if (file === undefined) return { hits: [], nextByte: undefined, searchedBytes: 0 };
  try {
    return await searchFile(file, search);
  } finally {
    await file.close();
  }
}

async function searchFile(file: FileHandle, search: LogSearch): Promise<LogSearchResult> {
  const needle = Buffer.from(
    search.matchCase ? search.text : search.text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  );
  const hits: LogLine[] = [];
  const chunk = Buffer.allocUnsafe(chunkBytes);
  const folded = search.matchCase ? undefined : Buffer.allocUnsafe(chunkBytes);
  let position = search.fromByte;
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunkBytes, position);
    const end = chunk.lastIndexOf(newLine, bytesRead - 1) + 1;
    const isEnd = bytesRead === 0 || (end === 0 && bytesRead < chunkBytes);
    if (isEnd) return { hits, nextByte: undefined, searchedBytes: position - search.fromByte };
    // What fills a whole piece without a line end is no record of a log.
    const whole = end === 0 ? bytesRead : end;
    const content = folded === undefined ? chunk : fold(chunk, folded, whole);
    for (let at = content.indexOf(needle); at !== -1 && at < whole;) {
      const from = at === 0 ? 0 : chunk.lastIndexOf(newLine, at - 1) + 1;
      const to = chunk.indexOf(newLine, at);
      if (to === -1 || to >= whole) break;
      // What was found may stand in the time or the stream, which are no part of what the task wrote.
      const isInText = content.subarray(textStart(chunk, from), to).includes(needle);
      const line = isInText ? parseRecord(chunk.subarray(from, to), position + to + 1) : undefined;
      if (line !== undefined) hits.push(line);
      if (hits.length >= search.mostHits)
        return { hits, nextByte: position + to + 1, searchedBytes: position + to + 1 - search.fromByte };
      at = content.indexOf(needle, to + 1);
    }
    position += whole;
    const searchedBytes = position - search.fromByte;
    if (searchedBytes >= search.mostBytes) return { hits, nextByte: position, searchedBytes };
  }
}

/** The text of a record follows its time, stream and flag, with a space after each. */
function textStart(chunk: Buffer, record: number): number {
  const afterTime = chunk.indexOf(space, record) + 1;
  const afterStream = chunk.indexOf(space, afterTime) + 1;
  return chunk.indexOf(space, afterStream) + 1;
}

/**
 * `A` to `Z` made small, four bytes at once: 1 GiB in 0.45 s, where one at a time takes 1.5. Of each byte below 0x80, adding
 * 0x3f carries into its highest bit from `A` on, adding 0x25 from behind `Z` on; a letter is what only the first does.
 */
function fold(from: Buffer, to: Buffer, length: number): Buffer {
  const [read, write] = [wordsOf(from), wordsOf(to)];
  for (let i = 0; i < length / 4; i++) {
    const word = read[i]!;
    const low = word & 0x7f7f7f7f;
    const upper = (low + 0x3f3f3f3f) & ~(low + 0x25252525) & ~word & 0x80808080;
    write[i] = word | (upper >>> 2);
  }
  return to;
}

function wordsOf(bytes: Buffer): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
}
