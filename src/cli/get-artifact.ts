import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ResponseOf } from "../api/operations.ts";
import { FlotillaError } from "../core/errors.ts";
import type { Connection } from "./connection.ts";
import { unpackTar } from "./unpack-tar.ts";

type Artifact = ResponseOf<"listArtifacts">["artifacts"][number];

/** Writes a file or folder that a task made; what is written is the user's to change. It is there whole, or not at all. */
export async function getArtifact(
  { download }: Pick<Connection, "download">,
  run: string,
  { task, output, type }: Artifact,
  target: string,
): Promise<void> {
  if (type === "folder" && existsSync(target))
    throw new FlotillaError("USAGE", `${target} is there already`, { mend: "name another place with -o" });
  mkdirSync(dirname(target), { recursive: true });
  const bytes = await download({ run, task, output });
  const draft = `${target}.${process.pid}.part`;
  try {
    if (type === "folder") await unpackTar(bytes, draft);
    else await pipeline(bytes, createWriteStream(draft));
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}
