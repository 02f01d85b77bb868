import type { JsonObject } from "../../core/json.ts";
import { readRecordIfSound } from "../local/attempt-folder.ts";
import { isRecord } from "../local/exit-record.ts";
import type { Report } from "../platform.ts";
import type { RemoteAttempt } from "./remote-attempt.ts";

const longestName = 253;

/** What a runner tells of its task when that has begun; untrusted, so only what is looked for is kept. */
export function parseStarted(told: Record<string, unknown>): JsonObject {
  const task = isRecord(told["task"]) ? told["task"] : {};
  return {
    at: typeof told["at"] === "number" ? told["at"] : Date.now(),
    host: typeof told["host"] === "string" ? told["host"].slice(0, longestName) : "",
    task: { pid: typeof task["pid"] === "number" ? task["pid"] : 0 },
  };
}

/** Its process, by a number that means something on its own machine only. */
export function taskOf({ folder }: RemoteAttempt): { readonly pid: number } | undefined {
  const started = readRecordIfSound(folder.started);
  return isRecord(started) && isRecord(started["task"]) ? { pid: Number(started["task"]["pid"]) } : undefined;
}

export function runningReport({ id, folder }: RemoteAttempt): Report | undefined {
  const started = readRecordIfSound(folder.started);
  if (!isRecord(started)) return undefined;
  const { at, host, task } = parseStarted(started);
  return { type: "running", attempt: id, at: Number(at), handle: { host: host!, ...(task as JsonObject) } };
}
