import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cached } from "./cached-file.ts";
import { command } from "./command.ts";
import { sourceFolder } from "./places.ts";
import { findPythonImage } from "./python-image.ts";

/** One static program that copies a file, as its entry point: no shell, no library, no Python; its user is nobody that exists. */
export const bareImage = "flotilla.test/bare:1";

const script = join(sourceFolder, "bare-image.sh");

/** The image as an archive. It is made of the Python image's, which must be there. */
export function makeBareImage(): Promise<string> {
  const archive = findPythonImage()!;
  return cached({ name: "bare-image.tar", key: [readFileSync(script), archive] }, async (path) => {
    await command("bash", [script, path, bareImage, archive]);
  });
}
