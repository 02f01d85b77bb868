import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { tarOf } from "./tar.ts";
import type { TarFile } from "./tar.ts";

function entry(path: string, text: string, executable = false): TarFile {
  return { path, bytes: Buffer.byteLength(text), executable, read: async () => Buffer.from(text) };
}

/** What Python finds in it: path, content, whether it may be executed. */
function readByPython(archive: Buffer): unknown {
  const path = join(temporaryFolder(), "a.tar");
  writeFileSync(path, archive);
  const script =
    "import json, sys, tarfile; a = tarfile.open(sys.argv[1]); print(json.dumps([[m.name, a.extractfile(m).read().decode(), bool(m.mode & 1)] for m in a]))";
  return JSON.parse(execFileSync("python3", ["-c", script, path], { encoding: "utf8" }));
}

describe("an archive", () => {
  it("is read by Python as it was written, whatever the names", async () => {
    const entries = [
      entry("a.py", "print(1)\n"),
      entry("empty", ""),
      entry(`${"long/".repeat(60)}name`, "x".repeat(512)),
      entry("ünïcode/日本.txt", "y".repeat(513), true),
      // A record whose length has a digit more once that is counted in.
      ...Array.from({ length: 12 }, (_, more) => entry(`p/${"q".repeat(80 + more)}`, "z")),
    ];
    const texts = await Promise.all(entries.map(async ({ read }) => Buffer.from((await read()) as Buffer).toString()));
    expect(readByPython(await buffer(tarOf(entries)))).toEqual(
      entries.map(({ path, executable }, index) => [path, texts[index], executable]),
    );
  });

  it("is the same for the same files", async () => {
    expect(await buffer(tarOf([entry("a", "1")]))).toEqual(await buffer(tarOf([entry("a", "1")])));
  });

  it("breaks off when a file is not as long as was said", async () => {
    const wrong: TarFile = { path: "a", bytes: 5, read: async () => Readable.from([Buffer.from("four")]) };
    await expect(buffer(tarOf([wrong]))).rejects.toThrow("a is 4 bytes long, and should be 5");
  });
});
