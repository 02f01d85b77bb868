import { createWriteStream, mkdirSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { readTar } from "../artifacts/read-tar.ts";
import { FlotillaError } from "../core/errors.ts";

/**
 * Writes the files and folders of a tar file, as the API sends it, into a folder, without the name of the folder that they
 * lie in there. Takes a file at a time. Throws `BLOB_DAMAGED` for anything else, or for a path that leads out.
 */
export async function unpackTar(source: AsyncIterable<Uint8Array>, target: string): Promise<void> {
  mkdirSync(target, { recursive: true });
  for await (const { path: told, type, mode, content } of readTar(source)) {
    const path = placeIn(target, told);
    mkdirSync(type === "folder" ? path : dirname(path), { recursive: true });
    if (type === "file") await pipeline(content, createWriteStream(path, { mode }));
    else if (type !== "folder") throw damaged(`an entry of the kind ${type}`);
  }
}

/** Where an entry goes. The outermost folder is the one that the user has named himself. */
function placeIn(target: string, path: string): string {
  const place = resolve(target, path.slice(path.indexOf("/") + 1));
  if (place !== target && !place.startsWith(target + sep))
    throw damaged(`a path that leads out: ${JSON.stringify(path)}`);
  return place;
}

function damaged(what: string): FlotillaError {
  return new FlotillaError("BLOB_DAMAGED", `the folder cannot be unpacked: the server sent ${what}`);
}
