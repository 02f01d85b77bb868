/** A line of what an engine tells of a build or a push. */
export interface EngineMessage {
  /** Of a build: what it prints, line ends included. */
  readonly stream?: string;
  readonly status?: string;
  /** The layer that `status` is about. */
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number };
  readonly error?: string;
  readonly aux?: { readonly ID?: string; readonly Digest?: string };
}

/** The messages of an answer, one JSON object a line; what is none is left out. */
export async function* readMessages(answer: AsyncIterable<Uint8Array>): AsyncGenerator<EngineMessage> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of answer) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield* messageOf(line);
  }
  yield* messageOf(rest);
}

function* messageOf(line: string): Generator<EngineMessage> {
  try {
    const message = JSON.parse(line) as unknown;
    if (typeof message === "object" && message !== null) yield message;
  } catch {
    // An empty line, or one that was cut off with its connection.
  }
}

/** What of a message belongs into a log: no bars that grow. */
export function logTextOf({ stream, status, id, progressDetail }: EngineMessage): string {
  if (stream !== undefined) return stream;
  if (status === undefined || progressDetail?.current !== undefined) return "";
  return `${id === undefined ? "" : `${id}: `}${status}\n`;
}
