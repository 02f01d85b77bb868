import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  utimesSync,
} from "node:fs";
import { copyFile, open, writeFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { FlotillaError } from "../core/errors.ts";
import type { Digest } from "../core/ids.ts";
import type { StoredBlob } from "./artifact-store.ts";
import { blobFolder, blobPath, isSealed, sealedAtSeconds, temporaryPath } from "./blob-path.ts";
import type { StoreFolders } from "./blob-path.ts";
import { diskError, errnoOf } from "./disk-errors.ts";
import { hashBytes, hashFile } from "./hashing.ts";

const fsyncFile = promisify(fsync);

/** Stores bytes that are in memory. */
export async function keepBytes(folders: StoreFolders, content: Uint8Array): Promise<StoredBlob> {
  const stored = { digest: hashBytes(content), bytes: content.length };
  if (renewBlob(folders, stored)) return stored;
  return throughTemporary(folders, async (temporary) => {
    await writeFile(temporary, content, { flag: "wx" });
    return stored;
  });
}

/** Stores a stream, hashed while it is written. */
export async function keepStream(folders: StoreFolders, content: Readable): Promise<StoredBlob> {
  return throughTemporary(folders, async (temporary) => {
    const hash = createHash("sha256");
    let bytes = 0;
    const file = await open(temporary, "wx");
    try {
      for await (const chunk of content as AsyncIterable<Uint8Array | string>) {
        const piece = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
        hash.update(piece);
        bytes += piece.length;
        await writeWhole(file, piece);
      }
    } finally {
      await file.close();
    }
    return { digest: `sha256:${hash.digest("hex")}` as Digest, bytes };
  });
}

/**
 * Stores a file by taking it over: a link to it becomes the blob, so that its first name is still there if this process
 * dies before it could say what it stored. A file with a second name elsewhere is copied: whoever has that name could
 * write into the blob.
 */
export async function keepFile(folders: StoreFolders, path: string): Promise<StoredBlob> {
  const stat = lstatSync(path);
  if (!stat.isFile())
    throw new FlotillaError("OUTPUT_INVALID", `${path} is not a plain file`, { place: { file: path } });
  return throughTemporary(folders, async (temporary) => {
    if (stat.nlink > 1 || !linkedTo(path, temporary)) await copyFile(path, temporary);
    return hashFile(temporary, stat.size);
  });
}

/** Whether the file could be linked; another disk, or a file of another user, is no error, only slower. */
function linkedTo(path: string, temporary: string): boolean {
  try {
    linkSync(path, temporary);
    return true;
  } catch (thrown) {
    if (["EXDEV", "EACCES", "EPERM", "EMLINK", "ENOTSUP", "EOPNOTSUPP"].includes(errnoOf(thrown) ?? "")) return false;
    throw thrown;
  }
}

/** Has `write` fill a temporary file and say what is in it; makes it a blob, or leaves nothing behind. */
async function throughTemporary(
  folders: StoreFolders,
  write: (temporary: string) => Promise<StoredBlob>,
): Promise<StoredBlob> {
  const temporary = temporaryPath(folders);
  try {
    const stored = await write(temporary);
    if (!renewBlob(folders, stored)) await install(folders, temporary, stored);
    return stored;
  } catch (thrown) {
    throw diskError(thrown, folders.root);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/**
 * Makes the temporary file the blob: sealed, on the disk (a rename could else survive a power cut that its content
 * did not), visible at once and whole. Renaming over a damaged blob mends it.
 */
async function install(folders: StoreFolders, temporary: string, { digest }: StoredBlob): Promise<void> {
  chmodSync(temporary, 0o444);
  utimesSync(temporary, Date.now() / 1000, sealedAtSeconds);
  const descriptor = openSync(temporary, "r");
  try {
    await fsyncFile(descriptor);
  } finally {
    closeSync(descriptor);
  }
  try {
    renameSync(temporary, blobPath(folders, digest));
  } catch (thrown) {
    if (errnoOf(thrown) !== "ENOENT") throw thrown;
    mkdirSync(blobFolder(folders, digest), { recursive: true });
    renameSync(temporary, blobPath(folders, digest));
  }
}

/**
 * Whether the blob is there, untouched and of the right size; if so its time of last use is set to now, which keeps it
 * from being collected. The time is set after the look: when a collector in another process takes it in between,
 * `utimes` fails and the caller stores it anew; when the collector comes later, it sees the new time and puts it back.
 */
export function renewBlob(folders: StoreFolders, blob: { readonly digest: Digest; readonly bytes?: number }): boolean {
  const path = blobPath(folders, blob.digest);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile() || !isSealed(stat)) return false;
  if (blob.bytes !== undefined && stat.size !== blob.bytes) return false;
  try {
    utimesSync(path, Date.now() / 1000, sealedAtSeconds);
    return true;
  } catch (thrown) {
    // A blob of another user cannot be renewed by us; it is there all the same.
    if (errnoOf(thrown) === "EPERM" || errnoOf(thrown) === "EROFS") return true;
    if (errnoOf(thrown) === "ENOENT") return false;
    throw thrown;
  }
}

/** `FileHandle.write` may write less than it was given, on a nearly full disk for one. */
async function writeWhole(file: Awaited<ReturnType<typeof open>>, content: Uint8Array): Promise<void> {
  for (let written = 0; written < content.length;) {
    written += (await file.write(content, written, content.length - written)).bytesWritten;
  }
}
