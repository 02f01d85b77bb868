import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { digestHex } from "../../artifacts/blob-path.ts";
import type { StoredBlob } from "../../artifacts/artifact-store.ts";
import type { Digest } from "../../core/ids.ts";
import { appendBody, bytesOf, lengthOf } from "./kept-file.ts";
import { malformed, Refusal } from "./refusal.ts";

/** The contents of an attempt's outputs while they come in, by digest: in parts, each from where the one before broke off. */
export class Uploads {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The whole content, once it has come. */
  path(digest: Digest): string {
    return join(this.#folder, digestHex(digest));
  }

  isWhole(digest: Digest): boolean {
    return existsSync(this.path(digest));
  }

  async bytesOf({ digest, bytes }: StoredBlob): Promise<number> {
    return this.isWhole(digest) ? bytes : bytesOf(this.#part(digest));
  }

  /**
   * Takes a part, from a byte on; answers how much there is then.
   * @throws Refusal 409 with `bytes` if there is a gap before it; 422 if the whole is not what its digest says: it is to be sent again
   */
  async receive({ digest, bytes }: StoredBlob, from: number, request: IncomingMessage): Promise<number> {
    if (this.isWhole(digest)) return bytes;
    if (from + lengthOf(request) > bytes)
      throw malformed(`the content is longer than the ${bytes} bytes that were said`);
    mkdirSync(this.#folder, { recursive: true });
    const part = this.#part(digest);
    const hash = await hashOf(part);
    const end = await appendBody(part, request, { from, most: bytes, onBytes: (piece) => void hash.update(piece) });
    if (end < bytes) return end;
    if (`sha256:${hash.digest("hex")}` !== digest) {
      rmSync(part);
      throw new Refusal(422, { error: "the content is another than its digest says", bytes: 0 });
    }
    renameSync(part, this.path(digest));
    return end;
  }

  #part(digest: Digest): string {
    return `${this.path(digest)}.part`;
  }
}

/** Over what has come before, if anything has. */
async function hashOf(part: string): Promise<Hash> {
  const hash = createHash("sha256");
  if (existsSync(part)) for await (const piece of createReadStream(part)) hash.update(piece as Buffer);
  return hash;
}
