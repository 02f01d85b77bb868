import { Readable } from "node:stream";
import type { ArtifactStore } from "../../artifacts/artifact-store.ts";
import { breathe } from "../../artifacts/limited.ts";
import { treeBytes } from "../../artifacts/tree.ts";
import type { Digest } from "../../core/ids.ts";
import type { Artifact } from "../../core/output-value.ts";
import type { AttemptSpec } from "../platform.ts";
import { inputPlaces } from "../local/place-inputs.ts";
import type { Content } from "./answer.ts";

/** What an attempt may read: the artifacts that it is given, and what the folders among them hold. */
export class InputContents {
  readonly #artifacts: ArtifactStore;
  readonly #given: readonly Artifact[];
  #inFolders: Promise<ReadonlyMap<Digest, number>> | undefined;

  constructor(artifacts: ArtifactStore, spec: AttemptSpec) {
    this.#artifacts = artifacts;
    this.#given = inputPlaces(spec.inputs).map(({ artifact }) => artifact);
  }

  /** Undefined for what it may not read, whether that is there or not. */
  async find(digest: Digest): Promise<Content | undefined> {
    const given = this.#given.find((artifact) => artifact.digest === digest);
    if (given?.type === "folder") return this.#treeOf(digest);
    const bytes = given?.bytes ?? (await this.#lengths()).get(digest);
    return bytes === undefined ? undefined : blobContent(this.#artifacts, digest, bytes);
  }

  /** @throws FlotillaError `BLOB_MISSING`, `BLOB_DAMAGED` if any of it is not in the store */
  async check(): Promise<void> {
    const digests = [...this.#given.map(({ digest }) => digest), ...(await this.#lengths()).keys()];
    for (const [index, digest] of digests.entries()) {
      if (index % 1000 === 999) await breathe();
      // Reading says what is wrong with it; most are there.
      if (!(await this.#artifacts.has(digest))) (await this.#artifacts.get(digest)).destroy();
    }
  }

  async #treeOf(digest: Digest): Promise<Content> {
    const tree = treeBytes((await this.#artifacts.readTree(digest)).entries);
    return {
      content: { digest, bytes: tree.length },
      read: async (from) => Readable.from([tree.subarray(from)], { objectMode: false }),
    };
  }

  #lengths(): Promise<ReadonlyMap<Digest, number>> {
    return (this.#inFolders ??= this.#readFolders());
  }

  async #readFolders(): Promise<Map<Digest, number>> {
    const lengths = new Map<Digest, number>();
    for (const { type, digest } of this.#given) {
      if (type !== "folder") continue;
      const { entries } = await this.#artifacts.readTree(digest);
      for (const [index, entry] of entries.entries()) {
        if (index % 10_000 === 9999) await breathe();
        if (entry.type === "file") lengths.set(entry.digest, entry.bytes);
      }
    }
    return lengths;
  }
}

/** Whoever fetches it compares it with its digest, also where it comes in parts. */
export function blobContent(artifacts: ArtifactStore, digest: Digest, bytes: number): Content {
  return { content: { digest, bytes }, read: (from) => artifacts.get(digest, { from, to: bytes }) };
}
