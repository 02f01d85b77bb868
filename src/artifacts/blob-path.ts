import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { FlotillaError } from "../core/errors.ts";
import { isDigest } from "../core/ids.ts";
import type { Digest } from "../core/ids.ts";

/** The folders of a disk store; all on one disk, so that a rename between them is atomic. */
export interface StoreFolders {
  readonly root: string;
  /** `ab/cdef…` by the digits of the digest. */
  readonly blobs: string;
  /** Files being written. */
  readonly temporary: string;
  /** Blobs about to be removed; only ever for an instant. */
  readonly trash: string;
  /** Damaged blobs, kept for a person to look at. */
  readonly quarantine: string;
}

export function storeFolders(root: string): StoreFolders {
  return {
    root,
    blobs: join(root, "blobs", "sha256"),
    temporary: join(root, "temporary"),
    trash: join(root, "trash"),
    quarantine: join(root, "quarantine"),
  };
}

/**
 * The modification time of every blob, in seconds: 1 January 2000. Whoever writes into a blob (root can, whatever its
 * mode; so can a task through a hard link to it) moves the time, so one `lstat` tells a blob that was touched.
 * Not 1970, because `zipfile` refuses times before 1980. The access time holds when the blob was last stored or asked for.
 */
export const sealedAtSeconds = 946_684_800;

export function isSealed(stat: { readonly mtimeMs: number }): boolean {
  return stat.mtimeMs === sealedAtSeconds * 1000;
}

/** The 64 hexadecimal digits of a digest. Digests become paths only here, so a malformed one never reaches the disk. */
export function digestHex(digest: Digest): string {
  if (!isDigest(digest)) throw new FlotillaError("INTERNAL", `${JSON.stringify(digest)} is not a digest`);
  return digest.slice("sha256:".length);
}

export function blobFolder(folders: StoreFolders, digest: Digest): string {
  return join(folders.blobs, digestHex(digest).slice(0, 2));
}

export function blobPath(folders: StoreFolders, digest: Digest): string {
  return join(blobFolder(folders, digest), digestHex(digest).slice(2));
}

/** The digest whose blob lies at `<two digits>/<62 digits>`, or undefined for a foreign file. */
export function digestOfPath(folderName: string, fileName: string): Digest | undefined {
  const digest = `sha256:${folderName}${fileName}`;
  return folderName.length === 2 && isDigest(digest) ? digest : undefined;
}

export function temporaryPath(folders: StoreFolders): string {
  return join(folders.temporary, `${process.pid}-${randomBytes(8).toString("hex")}`);
}
