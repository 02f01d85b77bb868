import { text } from "node:stream/consumers";
import type { AttemptId } from "../../core/ids.ts";
import { FlotillaError } from "../../core/errors.ts";
import { type LogSource, normalTime, type SourceLine } from "../followed-log/log-source.ts";
import { containerName } from "./container-spec.ts";
import type { EngineApi } from "./engine-api.ts";

/** What the container of an attempt prints, as the engine keeps it. */
export function containerLog(api: EngineApi, attempt: AttemptId): LogSource {
  return {
    async open({ fromSecond, follow, signal }) {
      const range = `follow=${follow ? 1 : 0}${fromSecond === undefined ? "" : `&since=${fromSecond}`}`;
      const path = `/containers/${containerName(attempt)}/logs?stdout=1&stderr=1&timestamps=1&${range}`;
      const { status, content } = await api.stream(path, signal);
      if (status === 200) return linesIn(content);
      await text(content); // What it says of it is of no use to anybody.
      if (status === 404) return undefined;
      throw new FlotillaError("DOCKER_REFUSED", `Docker answered ${status} when it was asked for a log`);
    },
  };
}

const headerBytes = 8;

/** Each piece is headed by eight bytes: the number of its stream, three zeros, and its length. */
async function* linesIn(content: AsyncIterable<Buffer>): AsyncGenerator<SourceLine[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of content) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const lines: SourceLine[] = [];
    let start = 0;
    while (rest.length - start >= headerBytes) {
      const end = start + headerBytes + rest.readUInt32BE(start + 4);
      if (end > rest.length) break;
      const line = lineOf(rest[start] === 2 ? "stderr" : "stdout", rest.subarray(start + headerBytes, end));
      if (line !== undefined) lines.push(line);
      start = end;
    }
    rest = rest.subarray(start);
    if (lines.length > 0) yield lines;
  }
}

/** `2026-11-23T22:16:02.123456789Z text`; the end of a line ends it, what has none is a piece of a long one. */
function lineOf(stream: SourceLine["stream"], piece: Buffer): SourceLine | undefined {
  const space = piece.indexOf(0x20);
  const time = space === -1 ? undefined : normalTime(piece.toString("latin1", 0, space));
  if (time === undefined) return undefined;
  const partial = piece.at(-1) !== 0x0a;
  return { time, stream, text: piece.subarray(space + 1, partial ? piece.length : piece.length - 1), partial };
}
