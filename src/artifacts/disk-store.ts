import { mkdirSync, renameSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { ArtifactStore } from "./artifact-store.ts";
import { blobPath, digestHex, storeFolders } from "./blob-path.ts";
import { collectBlobs } from "./collect.ts";
import { diskError, errnoOf } from "./disk-errors.ts";
import { keepBytes, keepFile, keepStream, renewBlob } from "./keep-blob.ts";
import { keepFolder } from "./keep-folder.ts";
import { makePlacer } from "./place.ts";
import { readBlob, soundBlob, streamBlob, verifyBlob } from "./read-blob.ts";
import { requireTree } from "./tree.ts";

/**
 * Artifacts in a folder of this machine: `blobs/sha256/ab/cdef…`, read-only, one file per content. Several processes
 * may use one folder at once. `now` is the clock that `collect` compares with.
 * @throws FlotillaError `PROJECT_NOT_WRITABLE` or `DISK_FULL` if the folder cannot be made
 */
export function openDiskStore(
  directory: string,
  { now = Date.now }: { readonly now?: () => number } = {},
): ArtifactStore {
  const folders = storeFolders(directory);
  try {
    for (const folder of [folders.blobs, folders.temporary, folders.trash, folders.quarantine])
      mkdirSync(folder, { recursive: true });
  } catch (thrown) {
    throw diskError(thrown, directory);
  }
  const placer = makePlacer(folders);
  const store: ArtifactStore = {
    put: (content) => (content instanceof Uint8Array ? keepBytes(folders, content) : keepStream(folders, content)),
    putFile: (path) => keepFile(folders, path),
    putFolder: (path) => keepFolder(folders, path),
    has: async (digest) =>
      renewBlob(folders, { digest }) ||
      soundBlob(folders, digest).then(
        () => true,
        () => false,
      ),
    get: (digest, range) => streamBlob(folders, digest, range),
    placeFile: (digest, target) => placer.file(digest, target),
    placeFolder: async (digest, target) => placer.folder(await store.readTree(digest), target),
    readTree: async (digest) => requireTree(await readBlob(folders, digest), digest),
    verify: (digest) => verifyBlob(folders, digest),
    quarantine: async (digest) => {
      try {
        renameSync(
          blobPath(folders, digest),
          join(folders.quarantine, `${digestHex(digest)}-${randomBytes(4).toString("hex")}`),
        );
      } catch (thrown) {
        if (errnoOf(thrown) !== "ENOENT") throw diskError(thrown, directory);
      }
    },
    collect: (isKept, options) => collectBlobs(folders, isKept, { ...options, now: now() }),
  };
  return store;
}
