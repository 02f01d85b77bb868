import { existsSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What is slow to make is kept from one time to the next: programs and images. */
export const cacheFolder =
  process.env["FLOTILLA_ENGINES_CACHE"] ??
  join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "flotilla-engines");

/** All that belongs to running engines; gone when they are. Short, for the sake of socket paths. */
export const stateFolder = join(tmpdir(), "flotilla-engines");

/** This folder, also when this file is part of a bundle somewhere else in the repository. */
export const sourceFolder = findSources(dirname(fileURLToPath(import.meta.url)));

function findSources(from: string): string {
  const here = join(from, "test/engines");
  return existsSync(here) ? here : findSources(dirname(from));
}
