import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDiskStore } from "../../artifacts/disk-store.ts";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { tarBytes, tarStream } from "./tar-stream.ts";

describe("a folder as a tar file", () => {
  it("unpacks to what it was, with long names, empty folders and programs", async () => {
    const source = temporaryFolder();
    const deep = `${"ordner-".repeat(20)}ü/${"x".repeat(120)}.txt`;
    mkdirSync(join(source, deep, ".."), { recursive: true });
    mkdirSync(join(source, "empty"));
    const files: Record<string, string> = {
      [deep]: "deep",
      "run.sh": "#!/bin/sh\n",
      big: "z".repeat(100_000),
      none: "",
    };
    for (const [path, text] of Object.entries(files)) writeFileSync(join(source, path), text);
    chmodSync(join(source, "run.sh"), 0o755);
    const store = openDiskStore(temporaryFolder());
    const { digest } = await store.putFolder(source);
    const { entries } = await store.readTree(digest);
    const chunks: Uint8Array[] = [];
    for await (const chunk of tarStream("model", entries, store)) chunks.push(chunk);
    const tar = Buffer.concat(chunks);
    expect(tar.length).toBe(tarBytes("model", entries));
    const target = temporaryFolder();
    execFileSync("tar", ["-x"], { cwd: target, input: tar });
    for (const [path, text] of Object.entries(files))
      expect(readFileSync(join(target, "model", path), "utf8")).toBe(text);
    expect(statSync(join(target, "model", "empty")).isDirectory()).toBe(true);
    expect(statSync(join(target, "model", "run.sh")).mode & 0o111).not.toBe(0);
  });
});
