import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TreeEntry } from "../artifacts/artifact-store.ts";
import type { Digest } from "../core/ids.ts";
import { tarStream } from "../server/content/tar-stream.ts";
import { unpackTar } from "./unpack-tar.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flotilla-tar-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (path: string, bytes: number, executable?: true): TreeEntry => ({
  path,
  type: "file",
  digest: `sha256:${path}` as Digest,
  bytes,
  ...(executable === undefined ? {} : { executable }),
});

/** A tar file as the API sends it, in pieces of this size. */
async function* packed(entries: readonly TreeEntry[], pieceBytes = 7): AsyncGenerator<Uint8Array> {
  const bytesOf = new Map(
    entries.flatMap((entry) => (entry.type === "file" ? [[entry.digest, entry.bytes]] : [])) as [Digest, number][],
  );
  const get = (digest: Digest): Promise<Readable> =>
    Promise.resolve(Readable.from([Buffer.alloc(bytesOf.get(digest)!, digest.at(-1))]));
  const chunks: Uint8Array[] = [];
  for await (const chunk of tarStream("models", entries, { get })) chunks.push(chunk);
  const whole = Buffer.concat(chunks);
  for (let at = 0; at < whole.length; at += pieceBytes) yield whole.subarray(at, at + pieceBytes);
}

describe("a folder that comes as a tar file", () => {
  it("is written as it was, long names, empty folders and programs included", async () => {
    const long = `${"deep/".repeat(30)}end`;
    const entries = [file("a", 1000), file("empty", 0), { path: "none", type: "folder" } as const, file(long, 513)];
    await unpackTar(packed([...entries, file("run", 3, true)]), join(folder, "out"));
    expect(readFileSync(join(folder, "out/a"), "utf8")).toBe("a".repeat(1000));
    expect(readFileSync(join(folder, "out", long), "utf8")).toBe("d".repeat(513));
    expect(statSync(join(folder, "out/none")).isDirectory()).toBe(true);
    expect(statSync(join(folder, "out/empty")).size).toBe(0);
    expect([statSync(join(folder, "out/run")).mode & 0o111, statSync(join(folder, "out/a")).mode & 0o111]).toEqual([
      0o111, 0,
    ]);
  });

  it("leads nowhere else, whatever the server sends", async () => {
    const unpacking = unpackTar(packed([file("../../outside", 3)]), join(folder, "out"));
    await expect(unpacking).rejects.toMatchObject({ code: "BLOB_DAMAGED" });
    expect(readdirSync(folder)).toEqual(["out"]);
  });

  it("that breaks off is an error", async () => {
    async function* half(): AsyncGenerator<Uint8Array> {
      for await (const piece of packed([file("a", 5000)], 3000)) {
        yield piece;
        return;
      }
    }
    await expect(unpackTar(half(), join(folder, "out"))).rejects.toThrow("missing at the end");
  });
});
