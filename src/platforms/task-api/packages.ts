import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { ArtifactStore, StoredBlob } from "../../artifacts/artifact-store.ts";
import { hashBytes } from "../../artifacts/hashing.ts";
import type { Digest } from "../../core/ids.ts";
import { tarOf } from "./tar.ts";
import type { TarFile } from "./tar.ts";

/** The runner as one archive, with what tasks may import of ours. */
export interface RunnerPackage {
  readonly content: Buffer;
  readonly digest: Digest;
}

/** @param folder that holds `flotilla_runner` and `flotilla` */
export async function packRunner(folder: string): Promise<RunnerPackage> {
  const content = await buffer(tarOf(runnerFiles(folder)));
  return { content, digest: hashBytes(content) };
}

/** What a task needs of ours, by its path below the folder. */
export function runnerFiles(folder: string): TarFile[] {
  return ["flotilla", "flotilla_runner"].flatMap((name) => sourcesBelow(folder, join(folder, name)));
}

function sourcesBelow(root: string, folder: string): TarFile[] {
  const children = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return children.flatMap((child) => {
    const path = join(folder, child.name);
    if (child.isDirectory()) return child.name === "__pycache__" ? [] : sourcesBelow(root, path);
    const content = readFileSync(path);
    return { path: relative(root, path), bytes: content.length, read: async () => content };
  });
}

/**
 * Code snapshots as archives. They are stored as artifacts, so that one can be fetched in parts; one that was collected is
 * made again, the same.
 */
export class CodePackages {
  readonly #artifacts: ArtifactStore;
  readonly #made = new Map<Digest, Promise<StoredBlob>>();

  constructor(artifacts: ArtifactStore) {
    this.#artifacts = artifacts;
  }

  /** @throws FlotillaError `BLOB_MISSING`, `BLOB_DAMAGED` */
  async pack(code: Digest): Promise<StoredBlob> {
    const made = await this.#made.get(code)?.catch(() => undefined);
    if (made !== undefined && (await this.#artifacts.has(made.digest))) return made;
    const making = this.#make(code);
    this.#made.set(code, making);
    return making;
  }

  async #make(code: Digest): Promise<StoredBlob> {
    const { entries } = await this.#artifacts.readTree(code);
    const files = entries.flatMap((entry): TarFile[] =>
      entry.type === "file" ? [{ ...entry, read: () => this.#artifacts.get(entry.digest) }] : [],
    );
    return this.#artifacts.put(Readable.from(tarOf(files)));
  }
}
