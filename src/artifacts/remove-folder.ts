import { chmodSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf } from "./disk-errors.ts";

/** Removes a folder and all in it, also one that was made read-only. Nothing there is no error. */
export async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (thrown) {
    if (!["EACCES", "EPERM", "ENOTEMPTY"].includes(errnoOf(thrown) ?? "")) throw thrown;
    openFolders(path);
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

function openFolders(path: string): void {
  chmodSync(path, 0o755);
  for (const child of readdirSync(path, { withFileTypes: true })) {
    if (child.isDirectory()) openFolders(join(path, child.name));
  }
}
