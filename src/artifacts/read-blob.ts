import { createHash } from "node:crypto";
import { createReadStream, lstatSync, utimesSync } from "node:fs";
import type { Stats } from "node:fs";
import { readFile } from "node:fs/promises";
import { Transform } from "node:stream";
import type { Readable, TransformCallback } from "node:stream";
import { FlotillaError } from "../core/errors.ts";
import type { Digest } from "../core/ids.ts";
import { blobPath, isSealed, sealedAtSeconds } from "./blob-path.ts";
import type { StoreFolders } from "./blob-path.ts";
import { hashBytes, hashFile } from "./hashing.ts";

/**
 * The blob's path, once it is known to be sound as far as one `lstat` tells; a blob that was touched is read and
 * compared.
 * @throws FlotillaError `BLOB_MISSING`, `BLOB_DAMAGED`
 */
export async function soundBlob(folders: StoreFolders, digest: Digest): Promise<string> {
  const path = blobPath(folders, digest);
  const stat = statOf(path);
  if (!stat) throw missing(digest, path);
  if (!isSealed(stat)) await compareAndSeal(digest, path, stat);
  return path;
}

/** Reads the whole blob and compares. A blob that was only touched, or came out of a backup, is sealed again. */
export async function verifyBlob(folders: StoreFolders, digest: Digest): Promise<"ok" | "missing" | "damaged"> {
  const path = blobPath(folders, digest);
  const stat = statOf(path);
  if (!stat) return "missing";
  if ((await hashFile(path, stat.size)).digest !== digest) return "damaged";
  if (!isSealed(stat)) seal(path, stat);
  return "ok";
}

/** A stream of the blob; read whole it is compared on the way and fails at its end if the content is not what it should be. */
export async function streamBlob(
  folders: StoreFolders,
  digest: Digest,
  range: { readonly from: number; readonly to?: number } | undefined,
): Promise<Readable> {
  const path = await soundBlob(folders, digest);
  if (range)
    return createReadStream(path, { start: range.from, ...(range.to === undefined ? {} : { end: range.to - 1 }) });
  const source = createReadStream(path);
  const checked = source.pipe(new HashCheck(digest, path));
  source.on("error", (error) => checked.destroy(error));
  checked.on("close", () => source.destroy());
  return checked;
}

/** The whole blob in memory; for trees and other small ones. */
export async function readBlob(folders: StoreFolders, digest: Digest): Promise<Buffer> {
  const path = await soundBlob(folders, digest);
  const content = await readFile(path);
  if (hashBytes(content) !== digest) throw damaged(digest, path);
  return content;
}

async function compareAndSeal(digest: Digest, path: string, stat: Stats): Promise<void> {
  if ((await hashFile(path, stat.size)).digest !== digest) throw damaged(digest, path);
  seal(path, stat);
}

function seal(path: string, stat: Stats): void {
  utimesSync(path, stat.atimeMs / 1000, sealedAtSeconds);
}

function statOf(path: string): Stats | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? stat : undefined;
}

class HashCheck extends Transform {
  readonly #hash = createHash("sha256");
  readonly #digest: Digest;
  readonly #path: string;

  constructor(digest: Digest, path: string) {
    super();
    this.#digest = digest;
    this.#path = path;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#hash.update(chunk);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const sound = `sha256:${this.#hash.digest("hex")}` === this.#digest;
    done(sound ? null : damaged(this.#digest, this.#path));
  }
}

function missing(digest: Digest, path: string): FlotillaError {
  return new FlotillaError("BLOB_MISSING", `the artifact ${digest} is not in the store (looked at ${path})`, {
    mend: "run the task that made it again: `flotilla restart --task …`",
    place: { file: path, name: digest },
  });
}

function damaged(digest: Digest, path: string): FlotillaError {
  return new FlotillaError("BLOB_DAMAGED", `the artifact ${digest} is damaged: the content of ${path} is another`, {
    mend: "run the task that made it again: `flotilla restart --task …`",
    place: { file: path, name: digest },
  });
}
