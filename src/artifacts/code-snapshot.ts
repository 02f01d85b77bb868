import { createReadStream, lstatSync, realpathSync, statSync } from "node:fs";
import type { Stats } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { FlotillaError } from "../core/errors.ts";
import type { Digest } from "../core/ids.ts";
import type { ArtifactStore, TreeEntry } from "./artifact-store.ts";
import { knownDigest, readCodeIndex, writeCodeIndex } from "./code-index.ts";
import type { CodeIndex, FileMark } from "./code-index.ts";
import { errnoOf } from "./disk-errors.ts";
import { eachLimited } from "./limited.ts";
import { listProjectFiles } from "./project-files.ts";
import { treeBytes } from "./tree.ts";

export interface CodeSnapshot {
  readonly digest: Digest;
  readonly files: number;
  readonly bytes: number;
}

interface ProjectFile extends FileMark {
  readonly path: string;
}

interface StoredFile {
  readonly file: ProjectFile;
  readonly digest: Digest;
  readonly bytes: number;
}

/** Code beyond this is data that lies among the code; it would be stored anew with every change. */
const maxBytes = 200 * 1024 * 1024;
const maxFiles = 50_000;
/** A file up to here is read at once; hashing a larger one in one go would hold up everything else. */
const inMemoryBytes = 4 * 1024 * 1024;

/**
 * Stores the files of a project as a tree: what runs later runs from these files, whatever is edited meanwhile.
 * Links out of the project are left out, as are files that vanish while they are read. An unchanged project is not
 * read again (`.flotilla/code-index.json`).
 * @throws FlotillaError `CODE_TOO_LARGE` naming the largest files; `DISK_FULL`
 */
export async function snapshotCode(store: ArtifactStore, project: string): Promise<CodeSnapshot> {
  const indexPath = join(project, ".flotilla", "code-index.json");
  const index = readCodeIndex(indexPath);
  const at = Date.now();
  const files = marksOf(project, await listProjectFiles(project));
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  refuseTooLarge(files, bytes);
  const unchanged = index && (await unchangedTree(store, index, files));
  if (unchanged) return { digest: unchanged, files: files.length, bytes };
  const stored = await storeFiles(store, project, files, index);
  const { digest } = await store.put(treeBytes(stored.map(entryOf)));
  writeCodeIndex(indexPath, { version: 1, at, tree: digest, files: indexOf(stored) });
  return { digest, files: stored.length, bytes };
}

/** The tree of the last snapshot, if no file changed since and it is still in the store. */
async function unchangedTree(
  store: ArtifactStore,
  index: CodeIndex,
  files: readonly ProjectFile[],
): Promise<Digest | undefined> {
  const isSame =
    files.length === Object.keys(index.files).length && files.every((file) => knownDigest(index, file.path, file));
  return isSame && (await store.has(index.tree)) ? index.tree : undefined;
}

async function storeFiles(
  store: ArtifactStore,
  project: string,
  files: readonly ProjectFile[],
  index: CodeIndex | undefined,
): Promise<StoredFile[]> {
  const stored: StoredFile[] = [];
  await eachLimited(files, 8, async (file) => {
    const known = knownDigest(index, file.path, file);
    // `has` also keeps what we are about to refer to from being collected.
    if (known && (await store.has(known))) stored.push({ file, digest: known, bytes: file.bytes });
    else stored.push(...(await storeFile(store, project, file)));
  });
  return stored;
}

/** Nothing for a file that vanished since it was listed: an editor's swap file, for one. */
async function storeFile(store: ArtifactStore, project: string, file: ProjectFile): Promise<StoredFile[]> {
  const path = join(project, file.path);
  try {
    return [{ file, ...(await store.put(file.bytes > inMemoryBytes ? createReadStream(path) : await readFile(path))) }];
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return [];
    throw thrown;
  }
}

function entryOf({ file, digest, bytes }: StoredFile): TreeEntry {
  return { path: file.path, type: "file", digest, bytes, ...(file.executable ? { executable: true } : {}) };
}

function indexOf(stored: readonly StoredFile[]): CodeIndex["files"] {
  return Object.fromEntries(
    stored.map(({ file, digest }) => [file.path, [file.mtimeMs, file.bytes, file.inode, file.executable, digest]]),
  );
}

function marksOf(project: string, paths: readonly string[]): ProjectFile[] {
  const root = realpathSync(project);
  return paths.flatMap((path) => {
    const stat = fileAt(root, join(project, path));
    if (!stat) return [];
    return { path, mtimeMs: stat.mtimeMs, bytes: stat.size, inode: stat.ino, executable: (stat.mode & 0o111) !== 0 };
  });
}

/** A plain file, or the file in the project that a link points to. */
function fileAt(root: string, place: string): Stats | undefined {
  const stat = lstatSync(place, { throwIfNoEntry: false });
  if (!stat?.isSymbolicLink()) return stat?.isFile() ? stat : undefined;
  const target = statSync(place, { throwIfNoEntry: false });
  return target?.isFile() && realpathSync(place).startsWith(root + sep) ? target : undefined;
}

function refuseTooLarge(files: readonly ProjectFile[], bytes: number): void {
  if (bytes <= maxBytes && files.length <= maxFiles) return;
  const largest = files
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, 5)
    .map((file) => `${file.path} (${megabytes(file.bytes)} MB)`);
  throw new FlotillaError(
    "CODE_TOO_LARGE",
    `the project's files are ${files.length} files of ${megabytes(bytes)} MB together; a run keeps at most ${maxFiles} files of ${megabytes(maxBytes)} MB. The largest: ${largest.join(", ")}`,
    {
      mend: "name what is not code in a file `.flotillaignore` in the project (the patterns are those of a .gitignore)",
    },
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0);
}
