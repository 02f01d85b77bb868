import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cached, type CachedFile, cachedPath } from "./cached-file.ts";
import { command } from "./command.ts";
import { sourceFolder } from "./places.ts";

/** Python and busybox, and neither Flotilla nor Node. */
export const pythonImage = "flotilla.test/python:1";

/** The same, doing nothing: what holds the network of a pod. */
export const pauseImage = "flotilla.test/pause:1";

const script = join(sourceFolder, "python-image.sh");

function imageFile(): CachedFile {
  return { name: "python-image.tar", key: [readFileSync(script)] };
}

/** The image as an archive, made when there is none; it takes packages from the system's registry. */
export function makePythonImage(): Promise<string> {
  return cached(imageFile(), async (path) => {
    await command("bash", [script, path, pythonImage, pauseImage]);
  });
}

/** The image as an archive, or undefined while it is not made. */
export function findPythonImage(): string | undefined {
  const path = cachedPath(imageFile());
  return existsSync(path) ? path : undefined;
}

/** Why there is no image to test with, or undefined. */
export function noPythonImage(engine: string): string | undefined {
  if (findPythonImage() !== undefined) return undefined;
  return `the image that tests use is not made yet: \`npm run engines -- up ${engine}\` makes it`;
}
