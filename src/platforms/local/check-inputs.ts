import { lstatSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ArtifactStore } from "../../artifacts/artifact-store.ts";
import { isSealed } from "../../artifacts/blob-path.ts";
import { breathe } from "../../artifacts/limited.ts";
import type { TaskError } from "../../core/evidence.ts";
import type { Digest } from "../../core/ids.ts";
import type { AttemptFolder } from "./attempt-folder.ts";
import type { PlacedInput } from "./place-inputs.ts";

/**
 * Looks whether the task wrote into what it was given: a placed file bears the time of its blob, and a file of another
 * time was written to (or is not ours). A blob that was spoilt through a hard link is put aside.
 */
export async function changedInputs(
  store: ArtifactStore,
  folder: AttemptFolder,
  places: readonly PlacedInput[],
): Promise<TaskError | undefined> {
  return inputsError(store, places, await unsealedBelow(folder.inputs, ""));
}

/** What to say of inputs that changed, by their paths below `inputs/`. */
export async function inputsError(
  store: ArtifactStore,
  places: readonly PlacedInput[],
  changed: readonly string[],
): Promise<TaskError | undefined> {
  if (changed.length === 0) return undefined;
  const names = new Set<string>();
  for (const path of changed) {
    const place = places.find((candidate) => path === candidate.path || path.startsWith(`${candidate.path}/`));
    names.add(place?.input ?? path);
    const digest = place && (await digestAt(store, place, path));
    if (digest && (await store.verify(digest)) === "damaged") await store.quarantine(digest);
  }
  const list = [...names].join(", ");
  return {
    type: "INPUT_CHANGED",
    message: `the task wrote into its input ${list} (${changed.slice(0, 5).join(", ")}${changed.length > 5 ? ", …" : ""}); inputs are read-only: copy what is to be changed into the work folder`,
  };
}

/** Of a folder as input, the file in it; undefined for one that the task added. */
async function digestAt(store: ArtifactStore, place: PlacedInput, path: string): Promise<Digest | undefined> {
  if (place.artifact.type === "file") return place.artifact.digest;
  const tree = await store.readTree(place.artifact.digest);
  const inside = path.slice(place.path.length + 1);
  const entry = tree.entries.find((candidate) => candidate.path === inside);
  return entry?.type === "file" ? entry.digest : undefined;
}

async function unsealedBelow(root: string, path: string): Promise<string[]> {
  const changed: string[] = [];
  const children = await readdir(join(root, path), { withFileTypes: true });
  for (const [index, child] of children.entries()) {
    if (index % 1000 === 999) await breathe();
    const inside = path === "" ? child.name : `${path}/${child.name}`;
    if (child.isDirectory()) changed.push(...(await unsealedBelow(root, inside)));
    else if (!isSealed(lstatSync(join(root, inside)))) changed.push(inside);
  }
  return changed;
}
