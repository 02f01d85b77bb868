import { posix } from "node:path";
import { Readable } from "node:stream";
import type { ArtifactStore } from "../../artifacts/artifact-store.ts";
import { sealedAtSeconds } from "../../artifacts/blob-path.ts";
import type { Digest } from "../../core/ids.ts";
import { type AttemptFolder, attemptPlaces } from "../local/attempt-folder.ts";
import { isOnDisk, outputPlace } from "../local/output-path.ts";
import { inputPlaces } from "../local/place-inputs.ts";
import { inContainer, taskDocument } from "../container-work.ts";
import type { AttemptSpec } from "../platform.ts";
import { toldAt } from "../task-api/attempt-document.ts";
import { runnerFiles } from "../task-api/packages.ts";
import { type TarEntry, tarOf } from "../task-api/tar.ts";

/** The parts of an attempt in a container that sees nothing of our disk. */
export const placesThere: { readonly folder: AttemptFolder; readonly code: string; readonly runner: string } = {
  folder: attemptPlaces("/flotilla/attempt", "/flotilla/checkpoints/task"),
  code: "/flotilla/code",
  runner: "/flotilla/runner",
};

/** The user of an image is nobody that we know, and has the container to itself. */
const forAnybody = 0o777;

/**
 * All that an attempt needs there, as one archive for the root of its container. Reading it rejects with `BLOB_MISSING`,
 * `BLOB_DAMAGED`.
 * @param runner the folder that holds ours
 */
export function attemptArchive(
  spec: AttemptSpec,
  {
    artifacts,
    runner,
    graceMs,
  }: { readonly artifacts: ArtifactStore; readonly runner: string; readonly graceMs: number },
): Readable {
  const told = Buffer.from(JSON.stringify(toldAt(spec, placesThere.folder, { code: placesThere.code, graceMs })));
  async function* entries(): AsyncGenerator<TarEntry> {
    const { folder, code } = placesThere;
    for (const path of ["/flotilla", code, placesThere.runner, folder.inputs])
      yield { path: inArchive(path), type: "folder", mode: 0o755 };
    for (const path of [folder.root, folder.work, "/flotilla/checkpoints", ...outputFolders(spec, folder)])
      yield { path: inArchive(path), type: "folder", mode: forAnybody };
    for (const file of runnerFiles(runner)) yield { ...file, path: inArchive(`${placesThere.runner}/${file.path}`) };
    if (spec.code !== undefined) yield* treeFiles(artifacts, spec.code, code);
    yield* inputFiles(artifacts, spec, folder);
    yield { path: inArchive(folder.attempt), bytes: told.length, read: async () => told };
  }
  return Readable.from(tarOf(entries()), { objectMode: false });
}

/** All that an image's own entry point finds, as one archive for the root of its container. Reading it rejects as above. */
export function entryPointArchive(spec: AttemptSpec, { artifacts }: { readonly artifacts: ArtifactStore }): Readable {
  const told = Buffer.from(JSON.stringify(taskDocument(spec)));
  async function* entries(): AsyncGenerator<TarEntry> {
    for (const path of [inContainer.root, inContainer.inputs])
      yield { path: inArchive(path), type: "folder", mode: 0o755 };
    for (const path of [inContainer.work, ...outputFolders(spec, inContainer)])
      yield { path: inArchive(path), type: "folder", mode: forAnybody };
    yield* inputFiles(artifacts, spec, inContainer);
    yield { path: inArchive(inContainer.task), bytes: told.length, read: async () => told };
  }
  return Readable.from(tarOf(entries()), { objectMode: false });
}

async function* inputFiles(
  artifacts: ArtifactStore,
  { inputs: given }: AttemptSpec,
  { inputs }: AttemptFolder,
): AsyncGenerator<TarEntry> {
  for (const { path, artifact } of inputPlaces(given)) {
    const place = `${inputs}/${path}`;
    if (artifact.type === "folder") yield* treeFiles(artifacts, artifact.digest, place);
    else yield sealedFile(artifacts, artifact, place);
  }
}

/** `outputs/` and those that the declared files and folders need in it. */
function outputFolders(spec: AttemptSpec, { outputs }: AttemptFolder): string[] {
  const found = new Set([outputs]);
  for (const [name, output] of Object.entries(spec.outputs)) {
    if (!isOnDisk(output)) continue;
    const place = outputPlace(name, output);
    const segments = (output.type === "folder" ? place : posix.dirname(place)).split("/");
    for (const index of segments.keys()) found.add(posix.join(outputs, ...segments.slice(0, index + 1)));
  }
  return [...found];
}

async function* treeFiles(artifacts: ArtifactStore, digest: Digest, folder: string): AsyncGenerator<TarEntry> {
  const { entries } = await artifacts.readTree(digest);
  yield { path: inArchive(folder), type: "folder", mode: 0o755 };
  for (const entry of entries) {
    const place = `${folder}/${entry.path}`;
    if (entry.type === "folder") yield { path: inArchive(place), type: "folder", mode: 0o755 };
    else yield sealedFile(artifacts, entry, place);
  }
}

/** Its time tells later whether it was written to. */
function sealedFile(
  artifacts: ArtifactStore,
  { digest, bytes, executable }: { readonly digest: Digest; readonly bytes: number; readonly executable?: true },
  place: string,
): TarEntry {
  return {
    path: inArchive(place),
    bytes,
    mode: executable === true ? 0o555 : 0o444,
    modifiedAt: sealedAtSeconds,
    read: () => artifacts.get(digest),
  };
}

function inArchive(path: string): string {
  return path.slice(1);
}
