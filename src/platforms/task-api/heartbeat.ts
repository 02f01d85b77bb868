import { existsSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import type { Evidence } from "../../core/evidence.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { isRecord } from "../local/exit-record.ts";
import { readRecordIfSound, writeRecord } from "../local/attempt-folder.ts";
import type { CancelOptions } from "../platform.ts";
import type { RemoteAttempt } from "./remote-attempt.ts";

/** What whoever runs a container saw of its end; times in milliseconds since 1970. */
export interface ContainerEnd extends Pick<Evidence, "exitCode" | "signal"> {
  readonly startedAt?: number;
  readonly endedAt?: number;
}

/** A heartbeat is answered when there is something to tell, and after this time in any case. */
const heartbeatMs = 10_000;

/** `{ cancel: { graceMs } }` once the attempt is to end, `{ ended }` once its container has ended elsewhere, else nothing. */
export async function waitForNews(
  attempt: RemoteAttempt,
  request: IncomingMessage,
  { knowsCancel }: { readonly knowsCancel: boolean },
): Promise<JsonObject> {
  const news = (): JsonObject | undefined => {
    const cancel = knowsCancel ? undefined : toldCancel(attempt);
    const ended = readRecordIfSound(attempt.containerEndedPath);
    if (cancel === undefined && ended === undefined) return undefined;
    return { ...(cancel && { cancel: { graceMs: cancel.graceMs } }), ...(isRecord(ended) && { ended: ended as Json }) };
  };
  const first = news();
  if (first !== undefined) return first;
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      attempt.wakers.delete(finish);
      request.socket.off("close", finish); // the next one comes over the same connection
      resolve();
    };
    const timer = setTimeout(finish, heartbeatMs).unref();
    attempt.wakers.add(finish);
    request.socket.once("close", finish);
  });
  return news() ?? {};
}

/** For the runner, and for a process of ours that comes later. */
export function tellCancel(attempt: RemoteAttempt, { why, graceMs }: CancelOptions): void {
  if (why === "withdraw" || toldCancel(attempt) !== undefined) return;
  writeRecord(attempt.folder.cancel, { why, graceMs, at: Date.now() });
  attempt.wake();
}

/** How a container ended in which nothing of ours is, for what carries its outputs: now, and in a process of ours that comes later. */
export function tellContainerEnded(attempt: RemoteAttempt, ended: ContainerEnd): void {
  if (existsSync(attempt.containerEndedPath)) return;
  writeRecord(attempt.containerEndedPath, ended);
  attempt.wake();
}

/** Also by an earlier process. */
export function toldCancel({ folder }: RemoteAttempt): { why: "cancel" | "timeout"; graceMs: number } | undefined {
  const record = readRecordIfSound(folder.cancel);
  if (!isRecord(record)) return undefined;
  return {
    why: record["why"] === "timeout" ? "timeout" : "cancel",
    graceMs: typeof record["graceMs"] === "number" ? record["graceMs"] : 0,
  };
}
