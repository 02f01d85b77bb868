import { closeSync, lstatSync, openSync, readSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Digest } from "../core/ids.ts";
import { blobPath, digestHex, digestOfPath } from "./blob-path.ts";
import type { StoreFolders } from "./blob-path.ts";
import { breathe } from "./limited.ts";
import { readBlob } from "./read-blob.ts";
import { parseTree, treePrefix } from "./tree.ts";

export interface CollectOptions {
  readonly graceMs: number;
  readonly dryRun: boolean;
  readonly now: number;
}

interface FoundBlob {
  readonly digest: Digest;
  readonly bytes: number;
  /** When it was last stored or asked for, milliseconds since 1970. */
  readonly usedAt: number;
}

/** A file that is still being written is younger than this; an older one was left by a process that died. */
const temporaryAgeMs = 24 * 60 * 60 * 1000;

/** Removes what nothing keeps. What a kept or a young tree names is kept with it. */
export async function collectBlobs(
  folders: StoreFolders,
  isKept: (digest: Digest) => boolean,
  options: CollectOptions,
): Promise<{ removed: number; bytes: number; kept: number }> {
  const blobs = await listBlobs(folders);
  const spared = new Set<Digest>();
  for (const { digest, usedAt } of blobs) {
    if (!isKept(digest) && usedAt <= options.now - options.graceMs) continue;
    spared.add(digest);
    for (const named of await namedByTree(folders, digest)) spared.add(named);
  }
  const condemned = blobs.filter(({ digest }) => !spared.has(digest));
  const removed = options.dryRun ? condemned : condemned.filter((blob) => removeUnused(folders, blob));
  if (!options.dryRun) removeLeftovers(folders, options.now - Math.max(options.graceMs, temporaryAgeMs));
  return { removed: removed.length, bytes: sumOf(removed), kept: blobs.length - removed.length };
}

async function listBlobs(folders: StoreFolders): Promise<FoundBlob[]> {
  const found: FoundBlob[] = [];
  for (const folderName of readdirSync(folders.blobs)) {
    await breathe();
    for (const fileName of readdirSync(join(folders.blobs, folderName))) {
      const digest = digestOfPath(folderName, fileName);
      const stat = digest && lstatSync(blobPath(folders, digest), { throwIfNoEntry: false });
      if (digest && stat) found.push({ digest, bytes: stat.size, usedAt: stat.atimeMs });
    }
  }
  return found;
}

/** The files of a tree; none for a blob that is no tree. A file that only looks like a tree keeps too much, never too little. */
async function namedByTree(folders: StoreFolders, digest: Digest): Promise<Digest[]> {
  if (!beginsAsTree(blobPath(folders, digest))) return [];
  const tree = parseTree(await readBlob(folders, digest));
  return tree?.entries.flatMap((entry) => (entry.type === "file" ? entry.digest : [])) ?? [];
}

function beginsAsTree(path: string): boolean {
  const head = Buffer.alloc(treePrefix.length);
  const descriptor = openSync(path, "r");
  try {
    return readSync(descriptor, head) === head.length && head.equals(treePrefix);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Removes one blob, unless somebody stored or asked for the same content since it was listed: it is moved aside first,
 * where nobody can renew it any more, and looked at again (see `renewBlob` for the other side).
 */
function removeUnused(folders: StoreFolders, { digest, usedAt }: FoundBlob): boolean {
  const path = blobPath(folders, digest);
  const aside = join(folders.trash, `${process.pid}-${digestHex(digest)}`);
  renameSync(path, aside);
  if (lstatSync(aside).atimeMs > usedAt) {
    renameSync(aside, path);
    return false;
  }
  rmSync(aside, { force: true });
  return true;
}

/** What processes that died left: half-written files, and blobs whose removal was not finished. */
function removeLeftovers(folders: StoreFolders, before: number): void {
  for (const folder of [folders.temporary, folders.trash]) {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (stat && Math.max(stat.ctimeMs, stat.mtimeMs) < before) rmSync(path, { force: true });
    }
  }
}

function sumOf(blobs: readonly FoundBlob[]): number {
  return blobs.reduce((sum, blob) => sum + blob.bytes, 0);
}
