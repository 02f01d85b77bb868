import { chmodSync, constants, existsSync, lstatSync, mkdirSync, renameSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { StoredBlob } from "../../artifacts/artifact-store.ts";
import { errnoOf } from "../../artifacts/disk-errors.ts";
import { breathe } from "../../artifacts/limited.ts";
import type { Digest } from "../../core/ids.ts";
import type { OutputEntry, OutputList } from "./output-list.ts";
import { malformed } from "./refusal.ts";
import type { Uploads } from "./uploads.ts";

type FileEntry = Extract<OutputEntry, { type: "file" }>;

/** Where each content is placed first; further files of the same content are copies of that one. */
function firstPlaces({ entries }: OutputList): Map<Digest, FileEntry> {
  const first = new Map<Digest, FileEntry>();
  for (const entry of entries) if (entry.type === "file" && !first.has(entry.digest)) first.set(entry.digest, entry);
  return first;
}

/** The contents that have not come, in no case more than `most` of them. */
export function missingContents(list: OutputList, folder: string, uploads: Uploads, most: number): StoredBlob[] {
  const missing: StoredBlob[] = [];
  for (const [digest, { path, bytes }] of firstPlaces(list)) {
    if (missing.length >= most) break;
    if (!uploads.isWhole(digest) && !isPlaced(join(folder, path), bytes)) missing.push({ digest, bytes });
  }
  return missing;
}

/**
 * Makes the output folder what it was where the attempt ran. Contents are moved there and not copied; what an earlier process
 * had placed when it died is found in its place.
 * @throws Refusal 400 for a list in which a file has files below it
 */
export async function placeOutputs(list: OutputList, folder: string, uploads: Uploads): Promise<void> {
  const first = firstPlaces(list);
  mkdirSync(folder, { recursive: true });
  for (const [index, entry] of list.entries.entries()) {
    if (index % 100 === 99) await breathe();
    try {
      await placeOne(entry, join(folder, entry.path), { folder, uploads, first });
    } catch (thrown) {
      if (!["EEXIST", "ENOTDIR", "EISDIR", "ENAMETOOLONG"].includes(errnoOf(thrown) ?? "")) throw thrown;
      throw malformed(`the output ${entry.path} cannot be where it is said to be`);
    }
  }
}

async function placeOne(
  entry: OutputEntry,
  target: string,
  {
    folder,
    uploads,
    first,
  }: { readonly folder: string; readonly uploads: Uploads; readonly first: Map<Digest, FileEntry> },
): Promise<void> {
  if (entry.type === "refused") return;
  mkdirSync(entry.type === "folder" ? target : dirname(target), { recursive: true });
  if (entry.type === "folder" || isPlaced(target, entry.bytes)) return;
  const source = first.get(entry.digest)!;
  if (source === entry) renameSync(uploads.path(entry.digest), target);
  else await copyFile(join(folder, source.path), target, constants.COPYFILE_FICLONE);
  chmodSync(target, entry.executable ? 0o755 : 0o644);
}

/** The folder is ours alone, so a file of the right length is the one that was placed; a copy may have broken off. */
function isPlaced(target: string, bytes: number): boolean {
  return existsSync(target) && lstatSync(target).isFile() && lstatSync(target).size === bytes;
}
