import { rmSync } from "node:fs";
import { join } from "node:path";
import { type AttemptFolder, makeAttemptFolder, readRecordIfSound, writeRecord } from "../local/attempt-folder.ts";
import { isRecord } from "../local/exit-record.ts";

/** On which host an attempt has its container, so that every process of ours looks for it there. */
export interface AttemptPlace {
  readonly host: string;
  /** Its start was asked for: whether it came there or not, it may run there and nowhere else. */
  readonly mayRun: boolean;
}

/** Undefined of one that has none: then there is no container of it anywhere that could run. */
export function readPlace(folder: AttemptFolder): AttemptPlace | undefined {
  const record = readRecordIfSound(fileOf(folder));
  if (!isRecord(record) || typeof record["host"] !== "string") return undefined;
  return { host: record["host"], mayRun: record["mayRun"] === true };
}

export function writePlace(folder: AttemptFolder, place: AttemptPlace): void {
  makeAttemptFolder(folder);
  writeRecord(fileOf(folder), place);
}

export function removePlace(folder: AttemptFolder): void {
  rmSync(fileOf(folder), { force: true });
}

function fileOf({ root }: AttemptFolder): string {
  return join(root, "host.json");
}
