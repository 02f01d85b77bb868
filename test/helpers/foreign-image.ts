import { createHash } from "node:crypto";
import { buffer, text } from "node:stream/consumers";
import { EngineApi } from "../../src/platforms/docker/engine-api.ts";
import { tarOf, type TarEntry } from "../../src/platforms/task-api/tar.ts";

/** The head of a program for 64-bit ARM, or for x86 where this machine is that: no kernel begins it. */
function foreignProgram(): Buffer {
  const head = Buffer.alloc(64 + 56);
  head.write("\x7fELF\x02\x01\x01", "latin1");
  head.writeUInt16LE(2, 16); // executable
  head.writeUInt16LE(process.arch === "arm64" ? 62 : 183, 18);
  head.writeUInt32LE(1, 20);
  head.writeUInt16LE(64, 52);
  return head;
}

/**
 * Makes an image whose `python3` is for another kind of processor, and which does not say so: nobody who pulls it by itself
 * would look.
 */
export async function makeForeignImage(host: string, name: string): Promise<void> {
  const layer = await buffer(tarOf([fileOf("usr/bin/python3", foreignProgram(), true)]));
  const digest = createHash("sha256").update(layer).digest("hex");
  const config = {
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    config: { Env: ["PATH=/usr/bin"] },
    rootfs: { type: "layers", diff_ids: [`sha256:${digest}`] },
  };
  const manifest = [{ Config: "config.json", RepoTags: [name], Layers: ["layer.tar"] }];
  const archive = [
    fileOf("manifest.json", Buffer.from(JSON.stringify(manifest))),
    fileOf("config.json", Buffer.from(JSON.stringify(config))),
    fileOf("layer.tar", layer),
  ];
  const answer = await new EngineApi(host).exchange("POST", "/images/load?quiet=1", {
    headers: { "content-type": "application/x-tar" },
    content: tarOf(archive),
    signal: AbortSignal.timeout(60_000),
  });
  const told = await text(answer.content);
  if (answer.status !== 200 || told.includes('"error"')) throw new Error(`${name} cannot be made: ${told}`);
}

function fileOf(path: string, content: Buffer, executable = false): TarEntry {
  return { path, bytes: content.length, executable, read: () => Promise.resolve(content) };
}
