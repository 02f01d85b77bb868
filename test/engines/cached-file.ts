import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "./places.ts";

export interface CachedFile {
  readonly name: string;
  /** Whatever the content follows from. */
  readonly key: readonly (string | Buffer)[];
}

export function cachedPath({ name, key }: CachedFile): string {
  const hash = createHash("sha256");
  for (const part of key) hash.update(part).update("\0");
  return join(cacheFolder, `${name}-${hash.digest("hex").slice(0, 16)}`);
}

/** The path of the file, which `make` writes if it is not there yet; only a finished one gets its name. */
export async function cached(file: CachedFile, make: (path: string) => Promise<void>): Promise<string> {
  const path = cachedPath(file);
  if (existsSync(path)) return path;
  mkdirSync(cacheFolder, { recursive: true });
  const scratch = mkdtempSync(join(cacheFolder, ".making-"));
  try {
    await make(join(scratch, "file"));
    renameSync(join(scratch, "file"), path);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return path;
}
