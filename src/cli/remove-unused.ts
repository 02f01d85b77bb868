import { existsSync, lstatSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { runStateFacts, runStates } from "../core/task-state.ts";
import { removeFolder } from "../artifacts/remove-folder.ts";
import type { Digest, RunId } from "../core/ids.ts";
import type { Project } from "./open-project.ts";

export interface Removed {
  readonly folders: number;
  readonly blobs: number;
  /** What was freed: that of files with several names only once, with their last one. */
  readonly bytes: number;
  readonly keptBlobs: number;
}

/**
 * What was stored or used this recently may belong to an attempt whose row is not written yet; where nothing runs, to a
 * run that is just being made.
 */
const graceMs = { running: 3_600_000, idle: 60_000 };

/**
 * Removes folders of runs that the store does not know (or that are in `removed`), code and blobs that no run refers to.
 * Nothing that any run may need: what is found is listed before the store is asked, so that what begins meanwhile is not
 * among it.
 */
export async function removeUnused(
  project: Project,
  { removed, dryRun }: { removed: ReadonlySet<RunId>; dryRun: boolean },
): Promise<Removed> {
  const isRunning = (await project.store.listRuns({ states: openStates, limit: 1 })).length > 0;
  const options = { dryRun, graceMs: isRunning ? graceMs.running : graceMs.idle };
  const runs = await removeRunFolders(project, removed, dryRun);
  const code = await removeCode(project, options);
  const digests = await project.store.referredDigests();
  const blobs = await project.artifacts.collect((digest) => digests.has(digest), options);
  return {
    folders: runs.folders + code.folders,
    blobs: blobs.removed,
    bytes: runs.bytes + code.bytes + blobs.bytes,
    keptBlobs: blobs.kept,
  };
}

const openStates = runStates.filter((state) => !runStateFacts[state].ended);

interface Freed {
  folders: number;
  bytes: number;
}

/** Attempts and checkpoints of runs. */
async function removeRunFolders(
  { flotilla, store }: Project,
  removed: ReadonlySet<RunId>,
  dryRun: boolean,
): Promise<Freed> {
  const freed: Freed = { folders: 0, bytes: 0 };
  const found = ["attempts", "checkpoints"].flatMap((kind) =>
    namesIn(join(flotilla, kind)).map((name) => ({ id: name as RunId, path: join(flotilla, kind, name) })),
  );
  for (const { id, path } of found) {
    if (!removed.has(id) && (await store.getRun(id)) !== undefined) continue;
    freed.folders++;
    freed.bytes += bytesBelow(path);
    if (!dryRun) await removeFolder(path);
  }
  return freed;
}

/** Code snapshots laid out as folders, and what is left of those that were never finished. */
async function removeCode({ flotilla, store }: Project, options: { dryRun: boolean; graceMs: number }): Promise<Freed> {
  const freed: Freed = { folders: 0, bytes: 0 };
  const folder = join(flotilla, "code");
  const found = namesIn(folder).filter((name) => /^[0-9a-f]{64}/.test(name));
  const kept = await store.referredDigests();
  for (const name of found) {
    const digest = `sha256:${name}` as Digest;
    const path = join(folder, name);
    if (kept.has(digest) || ageMs(path) < options.graceMs) continue;
    const bytes = bytesBelow(path);
    const isNeeded = async (): Promise<boolean> => (await store.referredDigests()).has(digest);
    if (!options.dryRun && !(await removeUnlessNeeded(path, isNeeded))) continue;
    freed.folders++;
    freed.bytes += bytes;
  }
  return freed;
}

/** Moves it aside first and asks again: a run that began to use it in this very moment gets it back. */
async function removeUnlessNeeded(path: string, isNeeded: () => Promise<boolean>): Promise<boolean> {
  const aside = `${path}.removed-${process.pid}`;
  renameSync(path, aside);
  if ((await isNeeded()) && putBack(aside, path)) return false;
  await removeFolder(aside);
  return true;
}

/** False if there is another one by now, with the same content. */
function putBack(aside: string, path: string): boolean {
  try {
    renameSync(aside, path);
    return true;
  } catch {
    return false;
  }
}

/** Since it was made or changed. */
function ageMs(path: string): number {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat === undefined ? 0 : Date.now() - Math.max(stat.mtimeMs, stat.ctimeMs);
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Of files with several names (inputs and code are links to blobs) nothing is freed as long as the blob is there. */
function bytesBelow(path: string): number {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (stat.isDirectory()) return readdirSync(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), 0);
  return stat.nlink > 1 ? 0 : stat.size;
}
