import { mkdirSync, renameSync, statSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Digest } from "../core/ids.ts";
import type { ArtifactStore } from "./artifact-store.ts";
import { digestHex } from "./blob-path.ts";
import { errnoOf } from "./disk-errors.ts";
import { removeFolder } from "./remove-folder.ts";

/**
 * A code snapshot as a folder, made once and shared, read-only, by all attempts that run from it.
 * @param directory where snapshots lie, such as `.flotilla/code`; it is made
 * @returns the folder `<directory>/<64 digits>`
 * @throws FlotillaError `BLOB_MISSING`, `BLOB_DAMAGED`, `DISK_FULL`
 */
export async function materializeCode(store: ArtifactStore, digest: Digest, directory: string): Promise<string> {
  const target = join(directory, digestHex(digest));
  if (isFolder(target)) return target;
  mkdirSync(directory, { recursive: true });
  const unfinished = `${target}.${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    await store.placeFolder(digest, unfinished);
    renameSync(unfinished, target);
  } catch (thrown) {
    await removeFolder(unfinished);
    // Another process was first: its folder has the same content.
    if (!["EEXIST", "ENOTEMPTY"].includes(errnoOf(thrown) ?? "") || !isFolder(target)) throw thrown;
  }
  return target;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
