import type { IncomingMessage } from "node:http";

/**
 * The objects of an answer that has one a line, as they come. Rejects when nothing has come for `idleMs`: a connection that
 * is half open gives no other sign.
 */
export async function* jsonLines(stream: IncomingMessage, idleMs: number): AsyncGenerator<unknown> {
  const idle = setTimeout(() => stream.destroy(new Error(`nothing came for ${idleMs} ms`)), idleMs);
  stream.setEncoding("utf8");
  let rest = "";
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      idle.refresh();
      const lines = (rest + chunk).split("\n");
      rest = lines.pop()!;
      for (const line of lines) if (line !== "") yield JSON.parse(line);
    }
  } finally {
    clearTimeout(idle);
  }
}
