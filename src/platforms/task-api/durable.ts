import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { open, rename } from "node:fs/promises";
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

/**
 * The same of files of one folder, which appear in this order. Only the caller waits for the disk: where many hand in at once, most of
 * them share its way there.
 */
export async function writeAllDurably(
  files: readonly { readonly path: string; readonly content: string }[],
): Promise<void> {
  await Promise.all(files.map(({ path, content }) => writeSynced(`${path}.new`, content)));
  for (const { path } of files) await rename(`${path}.new`, path);
  const [first] = files;
  if (first !== undefined) await syncFolder(dirname(first.path));
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

async function writeSynced(path: string, content: string): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
