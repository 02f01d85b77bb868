import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The project given, or the nearest from here upwards; else this folder becomes one. */
export function projectFolder(given: string | undefined): string {
  const start = resolve(given ?? ".");
  if (given !== undefined) return start;
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder))
    if (existsSync(join(folder, ".flotilla"))) return folder;
  return start;
}
