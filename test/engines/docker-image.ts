import { askDocker } from "./docker-api.ts";
import { findPythonImage, pythonImage } from "./python-image.ts";

/** Gives an engine the Python image, unless it has it. */
export async function loadPythonImage(host: string): Promise<void> {
  const known = await askDocker(host, "GET", `/images/${encodeURIComponent(pythonImage)}/json`);
  if (known.status === 200) return;
  await loadImage(host, findPythonImage()!);
}

/** Gives an engine the images of an archive; those that it has are no fault. */
export async function loadImage(host: string, archive: string): Promise<void> {
  const answer = await askDocker(host, "POST", "/images/load?quiet=1", { archive });
  if (answer.status !== 200) throw new Error(`the image cannot be loaded: ${answer.body.toString()}`);
}
