import type { IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { FlotillaError } from "../../core/errors.ts";
import type { KubeClient } from "./kube-client.ts";
import { refused } from "./list-objects.ts";
import { readPod } from "./pod-calls.ts";
import { type LogPosition, type PodLogLine, PodLogLines } from "./pod-log-lines.ts";
import { podPath } from "./pod-path.ts";

export interface PodLogSource {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface FollowOptions {
  /** Where an earlier follower was; from the beginning if absent. */
  readonly since?: LogPosition | undefined;
  readonly signal: AbortSignal;
  /** A connection on which nothing has come for so long is begun anew: a quiet program and a dead connection look the same. */
  readonly idleMs?: number;
  readonly firstWaitMs?: number;
}

/** Stands in the log where something of it cannot be had. */
export interface LogGap {
  readonly gap: string;
}

const longestWaitMs = 15_000;

/**
 * What a container prints, as it prints it, until it has ended and all is read. Where the connection breaks it goes on after
 * the last line that came, so that none is doubled; where the pod is gone by then, the gap is told. Ends early, without a
 * word, when the signal says so.
 * @throws FlotillaError `CLUSTER_REFUSED` where the log may not be read
 */
export async function* followPodLog(
  client: KubeClient,
  source: PodLogSource,
  { since, signal, idleMs = 5 * 60_000, firstWaitMs = 250 }: FollowOptions,
): AsyncGenerator<PodLogLine | LogGap> {
  let position = since;
  for (let failures = 0, isRead = false; !signal.aborted;) {
    try {
      // Asked before reading: what has ended by now prints nothing that the answer could miss.
      const state = await stateOf(client, source);
      if (state === "gone") {
        if (!isRead) yield { gap: `the pod ${source.pod} is gone, and so is what its log had beyond this` };
        return;
      }
      isRead = false;
      const log = new PodLogLines(position);
      const stream = await open(client, source, { position, isEnded: state === "ended", signal, idleMs });
      // Of one that never ran there is no log.
      if (stream.statusCode === 400 && state === "ended") return;
      if (stream.statusCode === 200) {
        for await (const chunk of chunksOf(stream, idleMs))
          for (const line of log.take(chunk)) {
            ({ position } = line);
            failures = 0;
            yield line;
          }
        isRead = true;
        if (state === "ended") {
          yield* log.end();
          return;
        }
      }
    } catch (thrown) {
      // Everything else may pass: a connection that breaks, credentials that are being renewed.
      if (thrown instanceof FlotillaError && thrown.code === "CLUSTER_REFUSED") throw thrown;
    }
    const waitMs = Math.random() * Math.min(firstWaitMs * 2 ** failures++, longestWaitMs);
    await delay(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

async function stateOf(
  client: KubeClient,
  { namespace, pod: name, container }: PodLogSource,
): Promise<"begun" | "ended" | "gone"> {
  const pod = await readPod(client, namespace, name);
  if (pod === undefined) return "gone";
  const { phase, containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const status = [...containerStatuses, ...initContainerStatuses].find(({ name: of }) => of === container);
  // One that has ended may be begun again, and then prints on.
  const isLast = pod.spec?.["restartPolicy"] === "Never" && status?.state?.terminated !== undefined;
  return isLast || phase === "Succeeded" || phase === "Failed" ? "ended" : "begun";
}

/** The answer, with its body where there is a log. */
async function open(
  client: KubeClient,
  { namespace, pod, container }: PodLogSource,
  {
    position,
    isEnded,
    signal,
    idleMs,
  }: { position: LogPosition | undefined; isEnded: boolean; signal: AbortSignal; idleMs: number },
): Promise<IncomingMessage> {
  const stream = await client.stream({
    method: "GET",
    path: `${podPath(namespace, pod)}/log`,
    query: { container, follow: !isEnded, timestamps: true, sinceTime: position && wholeSecond(position.time) },
    signal,
    // The answer begins with the first line.
    answerWithinMs: idleMs,
  });
  if (stream.statusCode === 200) return stream;
  stream.resume();
  if (stream.statusCode !== 403) return stream;
  throw refused(`read the log of the pod ${pod}`, { status: 403, body: {} });
}

/** The server takes no fractions; it sends what is from this second on. */
function wholeSecond(time: string): string {
  return `${new Date(Date.parse(time)).toISOString().slice(0, 19)}Z`;
}

async function* chunksOf(stream: IncomingMessage, idleMs: number): AsyncGenerator<string> {
  const idle = setTimeout(() => stream.destroy(new Error(`nothing came for ${idleMs} ms`)), idleMs);
  stream.setEncoding("utf8");
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      idle.refresh();
      yield chunk;
    }
  } finally {
    clearTimeout(idle);
  }
}
