import { type LogSource, normalTime, pieceBytes, type SourceLine } from "../followed-log/log-source.ts";
import type { KubeClient } from "./kube-client.ts";
import { refused } from "./list-objects.ts";
import { podPath } from "./pod-path.ts";
import { taskContainer } from "./pod-names.ts";
import { unreachable } from "./request-failure.ts";

/** A connection on which nothing has come for so long may be dead; it is made anew, from where it was. */
const silentMs = 5 * 60_000;

/**
 * What the task's container of a pod prints, as its node keeps it: the newest ten megabytes or so. TRAP: the two streams are one there,
 * and nothing tells whose a line is.
 */
export function podLog(client: KubeClient, namespace: string, pod: string): LogSource {
  return {
    async open({ fromSecond, follow, signal }) {
      const sinceTime = fromSecond === undefined ? undefined : new Date(fromSecond * 1000).toISOString();
      const request = {
        method: "GET",
        path: `${podPath(namespace, pod)}/log`,
        query: { container: taskContainer, timestamps: true, follow, sinceTime },
        // One that prints nothing is answered with nothing, not even with a status.
        ...(follow ? { answerWithinMs: silentMs } : {}),
        signal,
      } as const;
      const response = await client.stream(request).catch((thrown: unknown) => {
        throw unreachable(client.access.server, String(thrown), thrown);
      });
      response.setTimeout(silentMs, () => response.destroy(new Error("nothing came for long")));
      if (response.statusCode === 200) return linesIn(response);
      response.resume();
      if (response.statusCode === 404) return undefined;
      if (response.statusCode === 403) throw refused("read what pods print (pods/log)", { status: 403, body: {} });
      throw new Error(`the cluster answered ${response.statusCode}`);
    },
  };
}

const newLine = 0x0a;

/** `2026-11-23T22:16:02.123456789Z text`, one a line, however long it is. */
async function* linesIn(content: AsyncIterable<Buffer>): AsyncGenerator<SourceLine[]> {
  let rest: Buffer = Buffer.alloc(0);
  /** Of a line that has begun and is longer than a piece. */
  let time: string | undefined;
  for await (const chunk of content) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const lines: SourceLine[] = [];
    let start = 0;
    for (;;) {
      const end = rest.indexOf(newLine, start);
      const isWhole = end !== -1 && end - start <= pieceBytes;
      if (end === -1 && rest.length - start <= pieceBytes) break;
      const part = rest.subarray(start, isWhole ? end : start + pieceBytes);
      const headLength = time === undefined ? part.indexOf(0x20) + 1 : 0;
      time ??= timeOf(part.subarray(0, Math.max(0, headLength - 1)), part);
      lines.push({ time, stream: "stdout", text: part.subarray(headLength), partial: !isWhole });
      if (isWhole) time = undefined;
      start += part.length + (isWhole ? 1 : 0);
    }
    rest = rest.subarray(start);
    if (lines.length > 0) yield lines;
  }
}

/** A node that cannot read the log says so in the place of a line. */
function timeOf(head: Buffer, line: Buffer): string {
  const time = normalTime(head.toString("latin1"));
  if (time === undefined) throw new Error(line.toString("utf8", 0, 500));
  return time;
}
