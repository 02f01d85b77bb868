import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf } from "../../artifacts/disk-errors.ts";

/** Written whole or not at all, and there after the machine has died: whoever sent it will not send it again. */
export function writeDurably(path: string, content: string): void {
  const temporary = `${path}.new`;
  writeFileSync(temporary, content);
  sync(temporary);
  renameSync(temporary, path);
  sync(dirname(path));
}

export function readTextIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
}

function sync(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
