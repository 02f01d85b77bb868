import type { Readable } from "node:stream";
import type { Digest } from "../core/ids.ts";

/** What a folder holds: stored as a blob of its own (canonical JSON), so that equal folders have equal digests. */
export interface Tree {
  readonly type: "tree";
  readonly entries: readonly TreeEntry[];
}
/** `path` is relative, with `/`, sorted by code point; a folder appears only when it is empty. */
export type TreeEntry =
  | {
      readonly path: string;
      readonly type: "file";
      readonly digest: Digest;
      readonly bytes: number;
      readonly executable?: true;
    }
  | { readonly path: string; readonly type: "folder" };

export interface StoredBlob {
  readonly digest: Digest;
  readonly bytes: number;
}

/**
 * Blobs by the SHA-256 of their content. Writing what is there already costs nothing; a blob becomes visible only
 * whole. Reading a blob that is missing or damaged fails with `BLOB_MISSING` or `BLOB_DAMAGED`, naming it.
 */
export interface ArtifactStore {
  /** Stores a stream, hashed while it is written. */
  put(content: Readable | Uint8Array): Promise<StoredBlob>;
  /** Stores a file by taking it over: moved or linked where the disk allows, so `path` must not be written afterwards. */
  putFile(path: string): Promise<StoredBlob>;
  /** Stores a folder as a tree, taking its files over as `putFile` does. Links that lead out of it are refused with `OUTPUT_INVALID`. `bytes` is the sum of its files. */
  putFolder(path: string): Promise<StoredBlob>;
  /** Whether a sound blob is there; if so it counts as just used, so that `collect` spares it for `graceMs`. */
  has(digest: Digest): Promise<boolean>;
  /** `to` is the first byte that is not wanted. Read whole, a damaged blob fails at the end of the stream at the latest. */
  get(digest: Digest, range?: { readonly from: number; readonly to?: number }): Promise<Readable>;
  /** The blob as a file at `target`, which must not exist: reflinked or linked, read-only. */
  placeFile(digest: Digest, target: string): Promise<void>;
  /** The tree as a folder at `target`, which must not exist; its files as by `placeFile`. */
  placeFolder(digest: Digest, target: string): Promise<void>;
  readTree(digest: Digest): Promise<Tree>;
  /** Reads the whole blob and compares. */
  verify(digest: Digest): Promise<"ok" | "missing" | "damaged">;
  /** Puts a damaged blob aside, so that it counts as missing and the same content can be stored again. */
  quarantine(digest: Digest): Promise<void>;
  /**
   * Removes blobs that `isKept` denies and that are older than `graceMs` (so that what a running attempt has just
   * stored, and no row refers to yet, stays). A tree keeps what it names.
   */
  collect(
    isKept: (digest: Digest) => boolean,
    options: { readonly graceMs: number; readonly dryRun: boolean },
  ): Promise<{ removed: number; bytes: number; kept: number }>;
}
