import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import type { Digest } from "../core/ids.ts";
import type { StoredBlob } from "./artifact-store.ts";

/** Up to here one synchronous read is cheaper than the turns through the thread pool (100 kB: 0.1 ms against 0.4). */
const smallBytes = 256 * 1024;
/** Hashing a chunk keeps the event loop for about 0.3 ms; other work runs between chunks. */
const chunkBytes = 256 * 1024;

export function hashBytes(content: Uint8Array): Digest {
  return `sha256:${createHash("sha256").update(content).digest("hex")}` as Digest;
}

/** Digest and length of a file's content. `sizeHint` only chooses the way of reading. */
export async function hashFile(path: string, sizeHint: number): Promise<StoredBlob> {
  if (sizeHint <= smallBytes) {
    const content = readFileSync(path);
    return { digest: hashBytes(content), bytes: content.length };
  }
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const file = await open(path, "r");
  let bytes = 0;
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, null);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await file.close();
  }
  return { digest: `sha256:${hash.digest("hex")}` as Digest, bytes };
}
