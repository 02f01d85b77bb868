import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Digest } from "../core/ids.ts";

/** What a file was when its digest was taken; while it is the same, so is its content. */
export interface FileMark {
  readonly mtimeMs: number;
  readonly bytes: number;
  readonly inode: number;
  readonly executable: boolean;
}

/** The digests of a project's files by path, so that an unchanged project is not read again. */
export interface CodeIndex {
  readonly version: 1;
  /** When the digests were taken, milliseconds since 1970. */
  readonly at: number;
  /** The tree of them all. */
  readonly tree: Digest;
  readonly files: {
    readonly [path: string]: readonly [
      mtimeMs: number,
      bytes: number,
      inode: number,
      executable: boolean,
      digest: Digest,
    ];
  };
}

/**
 * A file changed within the clock's step after it was read can keep its time and length; so a digest is believed only
 * if the file was this much older when it was taken.
 */
const restedMs = 100;

export function readCodeIndex(path: string): CodeIndex | undefined {
  try {
    const index = JSON.parse(readFileSync(path, "utf8")) as CodeIndex;
    return index.version === 1 ? index : undefined;
  } catch {
    return undefined;
  }
}

/** A lost index costs time only, so one that cannot be written is no error. */
export function writeCodeIndex(path: string, index: CodeIndex): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, JSON.stringify(index));
    renameSync(`${path}.${process.pid}`, path);
  } catch {
    // The next snapshot reads the files again.
  }
}

/** The digest of a file by its mark, or undefined if it must be read. */
export function knownDigest(index: CodeIndex | undefined, path: string, mark: FileMark): Digest | undefined {
  const known = index && Object.hasOwn(index.files, path) ? index.files[path] : undefined;
  if (!index || !known || mark.mtimeMs > index.at - restedMs) return undefined;
  const [mtimeMs, bytes, inode, executable, digest] = known;
  const isSame =
    mtimeMs === mark.mtimeMs && bytes === mark.bytes && inode === mark.inode && executable === mark.executable;
  return isSame ? digest : undefined;
}
