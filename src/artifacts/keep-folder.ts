import type { StoredBlob, TreeEntry } from "./artifact-store.ts";
import type { StoreFolders } from "./blob-path.ts";
import { keepBytes, keepFile } from "./keep-blob.ts";
import { eachLimited } from "./limited.ts";
import { scanFolder } from "./scan-folder.ts";
import { treeBytes } from "./tree.ts";

/** More at once does not help: the disk orders the syncs. */
const filesAtOnce = 8;

/**
 * Stores a folder as a tree, taking its files over. All links are resolved before the first file is moved, and a file
 * that several names lead to is stored once.
 */
export async function keepFolder(folders: StoreFolders, folder: string): Promise<StoredBlob> {
  const scanned = await scanFolder(folder);
  const bySource = new Map<string, StoredBlob>();
  const sources = [...new Set(scanned.flatMap((entry) => entry.source ?? []))];
  await eachLimited(sources, filesAtOnce, async (source) => {
    bySource.set(source, await keepFile(folders, source));
  });
  let bytes = 0;
  const entries = scanned.map(({ path, source, executable }): TreeEntry => {
    const stored = source === undefined ? undefined : bySource.get(source);
    if (!stored) return { path, type: "folder" };
    bytes += stored.bytes;
    return { path, type: "file", ...stored, ...(executable ? { executable: true } : {}) };
  });
  const { digest } = await keepBytes(folders, treeBytes(entries));
  return { digest, bytes };
}
