import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { Progress } from "../platform.ts";
import { isRecord } from "./exit-record.ts";

/** Read at most this much of a task's progress at a time: older lines of a task that tells more are skipped. */
const maxBytes = 64 * 1024;
const maxMetrics = 100;

/** The latest progress in the whole lines of `progress.jsonl` after `fromByte`, and how far it was read. */
export function readProgress(
  path: string,
  fromByte: number,
): { readonly progress: Progress | undefined; readonly nextByte: number } {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= fromByte) return { progress: undefined, nextByte: fromByte };
  const start = Math.max(fromByte, size - maxBytes);
  const content = readPart(path, start, size - start);
  const end = content.lastIndexOf(0x0a) + 1;
  return { progress: latestOf(content.toString("utf8", 0, end).split("\n")), nextByte: start + end };
}

function readPart(path: string, start: number, length: number): Buffer {
  const content = Buffer.alloc(length);
  const descriptor = openSync(path, "r");
  try {
    return content.subarray(0, readSync(descriptor, content, 0, length, start));
  } finally {
    closeSync(descriptor);
  }
}

/** Untrusted: lines that do not keep to the protocol are skipped. */
function latestOf(lines: readonly string[]): Progress | undefined {
  let latest: Progress = {};
  const metrics: Record<string, number> = {};
  for (const line of lines) {
    const told = parseLine(line);
    if (typeof told["fraction"] === "number")
      latest = { ...latest, fraction: Math.min(1, Math.max(0, told["fraction"])) };
    if (typeof told["message"] === "string") latest = { ...latest, message: told["message"].slice(0, 500) };
    const { metric, value } = told;
    if (typeof metric !== "string" || typeof value !== "number" || metric.length > 200) continue;
    if (Object.hasOwn(metrics, metric) || Object.keys(metrics).length < maxMetrics) {
      Object.defineProperty(metrics, metric, { value, enumerable: true, configurable: true, writable: true });
    }
  }
  if (Object.keys(metrics).length > 0) latest = { ...latest, metrics };
  return Object.keys(latest).length > 0 ? latest : undefined;
}

function parseLine(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
