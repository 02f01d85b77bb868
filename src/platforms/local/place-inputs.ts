import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { ArtifactStore } from "../../artifacts/artifact-store.ts";
import { breathe } from "../../artifacts/limited.ts";
import { removeFolder } from "../../artifacts/remove-folder.ts";
import type { Artifact, InputValue, OutputValue } from "../../core/output-value.ts";
import type { AttemptFolder } from "./attempt-folder.ts";
import { pathSegment } from "./path-segment.ts";

/** An artifact that a task reads, and where below `inputs/` it lies. */
export interface PlacedInput {
  readonly input: string;
  readonly artifact: Artifact;
  /** Relative to `inputs/`. */
  readonly path: string;
}

/** Where each artifact among the inputs is placed: `<input>/<name>`, in a collection `<input>/<n>/<name>`. */
export function inputPlaces(inputs: Readonly<Record<string, InputValue>>): PlacedInput[] {
  return Object.entries(inputs).flatMap(([input, value]) => {
    if ("rows" in value) return value.rows.flatMap(({ item }, row) => placeOf(input, item, row));
    return placeOf(input, value, undefined);
  });
}

function placeOf(input: string, value: OutputValue, row: number | undefined): PlacedInput[] {
  return "artifact" in value ? [{ input, artifact: value.artifact, path: inputPath(input, value.artifact, row) }] : [];
}

/** Relative to `inputs/`. */
export function inputPath(input: string, artifact: Artifact, row: number | undefined): string {
  return join(pathSegment(input), ...(row === undefined ? [] : [String(row)]), pathSegment(artifact.name));
}

/**
 * Places the artifacts read-only. `inputs/` appears only when all of it is there, so that one which exists needs no
 * second look after a crash.
 */
export async function placeInputs(
  store: ArtifactStore,
  folder: AttemptFolder,
  places: readonly PlacedInput[],
): Promise<void> {
  const unfinished = `${folder.inputs}.new`;
  await removeFolder(unfinished);
  for (const [index, { artifact, path }] of places.entries()) {
    if (index % 100 === 99) await breathe();
    const target = join(unfinished, path);
    mkdirSync(join(target, ".."), { recursive: true });
    await (artifact.type === "file"
      ? store.placeFile(artifact.digest, target)
      : store.placeFolder(artifact.digest, target));
  }
  await removeFolder(folder.inputs);
  renameSync(unfinished, folder.inputs);
}
