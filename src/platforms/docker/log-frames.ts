import { ByteReader } from "../../artifacts/byte-reader.ts";

/** Longer than any line of the relay, and short enough to be held. */
const mostLineBytes = 64 * 1024;
const headBytes = 8;

/**
 * The whole lines that a container has written to stdout, out of an answer of Docker's: pieces headed by eight bytes, of which the
 * first names the stream and the last four the length. A line without an end is passed over.
 */
export async function* linesOfStdout(content: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let held: Buffer = Buffer.alloc(0);
  for await (const piece of stdoutOf(content)) {
    held = held.length === 0 ? piece : Buffer.concat([held, piece]);
    let from = 0;
    for (let end = held.indexOf(0x0a); end !== -1; end = held.indexOf(0x0a, from)) {
      yield held.toString("latin1", from, end);
      from = end + 1;
    }
    held = held.subarray(from);
    if (held.length > mostLineBytes) held = Buffer.alloc(0);
  }
}

async function* stdoutOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const reader = new ByteReader(content);
  for (;;) {
    const head = await reader.takeIfAny(headBytes);
    if (head === undefined) return;
    for await (const piece of reader.stream(head.readUInt32BE(4)))
      if (head[0] === 1) yield Buffer.from(piece.buffer, piece.byteOffset, piece.length);
  }
}
