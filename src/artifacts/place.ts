import { chmodSync, constants, copyFileSync, linkSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { chmod, copyFile, readdir, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Digest } from "../core/ids.ts";
import type { Tree } from "./artifact-store.ts";
import { sealedAtSeconds, temporaryPath } from "./blob-path.ts";
import type { StoreFolders } from "./blob-path.ts";
import { diskError, errnoOf } from "./disk-errors.ts";
import { breathe } from "./limited.ts";
import { soundBlob } from "./read-blob.ts";

export interface Placer {
  file(digest: Digest, target: string, executable?: boolean): Promise<void>;
  folder(tree: Tree, target: string): Promise<void>;
}

/**
 * Puts blobs where a task expects them. A reflink is best, because a task that writes into it spoils its own copy only;
 * then a hard link; then a copy (another disk, too many links, or a file that must be executable while the blob is not).
 */
export function makePlacer(folders: StoreFolders): Placer {
  let reflinks: boolean | undefined;

  const file = async (digest: Digest, target: string, executable = false): Promise<void> => {
    const blob = await soundBlob(folders, digest);
    try {
      reflinks ??= canReflink(folders);
      if (executable || (!reflinks && !linked(blob, target)) || (reflinks && !(await reflinked(blob, target)))) {
        await copied(blob, target, executable ? 0o555 : 0o444);
      }
    } catch (thrown) {
      throw diskError(thrown, target);
    }
  };

  const folder = async (tree: Tree, target: string): Promise<void> => {
    mkdirSync(target);
    const made = new Set<string>([target]);
    const makeFolder = (path: string): void => {
      if (made.has(path)) return;
      mkdirSync(path, { recursive: true });
      made.add(path);
    };
    for (const [index, entry] of tree.entries.entries()) {
      if (index % 200 === 199) await breathe();
      const path = join(target, entry.path);
      makeFolder(entry.type === "folder" ? path : dirname(path));
      if (entry.type === "file") await file(entry.digest, path, entry.executable);
    }
    await closeFolders(target);
  };

  return { file, folder };
}

function linked(blob: string, target: string): boolean {
  try {
    linkSync(blob, target);
    return true;
  } catch (thrown) {
    if (["EXDEV", "EMLINK", "EPERM", "ENOTSUP", "EOPNOTSUPP"].includes(errnoOf(thrown) ?? "")) return false;
    throw thrown;
  }
}

async function reflinked(blob: string, target: string): Promise<boolean> {
  try {
    await copyFile(blob, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
  } catch (thrown) {
    if (errnoOf(thrown) === "EEXIST" || errnoOf(thrown) === "ENOSPC") throw thrown;
    return false;
  }
  await sealCopy(target, 0o444);
  return true;
}

async function copied(blob: string, target: string, mode: number): Promise<void> {
  await copyFile(blob, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  await sealCopy(target, mode);
}

/** The same mode and time as the blob has, so that a change is seen in the same way. */
async function sealCopy(target: string, mode: number): Promise<void> {
  await chmod(target, mode);
  await utimes(target, Date.now() / 1000, sealedAtSeconds);
}

/** Tried once on a byte of our own: asking per file would cost a failed call for each. */
function canReflink(folders: StoreFolders): boolean {
  const from = temporaryPath(folders);
  const to = temporaryPath(folders);
  try {
    writeFileSync(from, "x");
    copyFileSync(from, to, constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(from, { force: true });
    rmSync(to, { force: true });
  }
}

/** Takes the right to write from a folder and all below it, the deepest first. */
async function closeFolders(folder: string): Promise<void> {
  for (const child of await readdir(folder, { withFileTypes: true })) {
    if (child.isDirectory()) await closeFolders(join(folder, child.name));
  }
  chmodSync(folder, 0o555);
}
