import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FlotillaError } from "../../core/errors.ts";

/** The folder that holds `flotilla_runner`, found upwards from this file: in the sources and in the built package alike. */
export function findRunner(): string {
  return findUpwards(join("python", "flotilla_runner"), "python");
}

/** The program that carries out `node` steps; plain JavaScript that stands beside this file, in the package beside the bundle. */
export function findNodeRunner(): string {
  return fileURLToPath(new URL("./node-runner.mjs", import.meta.url));
}

function findUpwards(marker: string, wanted: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, marker))) return join(folder, wanted);
    if (folder === dirname(folder)) {
      throw new FlotillaError("INTERNAL", `${marker} is not part of this installation`, {
        mend: "install flotilla again",
      });
    }
  }
}
