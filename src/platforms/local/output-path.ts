import { join } from "node:path";
import { isInnerPath } from "../../artifacts/tree.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { Output } from "../../core/plan.ts";
import type { AttemptFolder } from "./attempt-folder.ts";

/** Whether an output is written to disk, as a file or folder, and not returned as a value. */
export function isOnDisk(output: Output): boolean {
  return output.type === "file" || output.type === "folder";
}

/** The declared place of an output relative to `outputs/`. */
export function outputPlace(name: string, output: Output): string {
  const place = output.path ?? name;
  if (isInnerPath(place)) return place;
  throw new FlotillaError(
    "OUTPUT_INVALID",
    `the output ${name} is declared at ${JSON.stringify(place)}, which is not a place below the output folder`,
    {
      mend: "declare a relative path without `..`",
      place: { name },
    },
  );
}

export function outputPath(folder: AttemptFolder, name: string, output: Output | undefined): string {
  return join(folder.outputs, outputPlace(name, output ?? { type: "file" }));
}
