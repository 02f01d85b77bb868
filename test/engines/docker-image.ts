import { askDocker } from "./docker-api.ts";
import { findPythonImage, pythonImage } from "./python-image.ts";

/** Gives an engine the Python image, unless it has it. */
export async function loadPythonImage(host: string): Promise<void> {
  const known = await askDocker(host, "GET", `/images/${encodeURIComponent(pythonImage)}/json`);
  if (known.status === 200) return;
  const answer = await askDocker(host, "POST", "/images/load?quiet=1", { archive: findPythonImage()! });
  if (answer.status !== 200) throw new Error(`the image cannot be loaded: ${answer.body.toString()}`);
}
