import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { Tree, TreeEntry } from "../../artifacts/artifact-store.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { ImageRecipe } from "../../core/plan.ts";
import { includedRequirements } from "../../core/requirements.ts";
import { contextFolders, dockerfileOf } from "./dockerfile.ts";

type FileEntry = Extract<TreeEntry, { type: "file" }>;

/** All that an image is made from beside the one that it begins with. */
export interface BuildContext {
  readonly dockerfile: string;
  /** By their place in the context. */
  readonly files: readonly (Omit<FileEntry, "type"> & { readonly path: string })[];
  /** The name of all this by content. */
  readonly hash: string;
}

/**
 * What a recipe takes of a code snapshot. Rejects with `TASK_CONFIG` for what the snapshot does not have.
 * @param textOf reads a file of the snapshot
 */
export async function contextOf(
  recipe: ImageRecipe,
  { entries }: Tree,
  textOf: (entry: FileEntry) => Promise<string>,
): Promise<BuildContext> {
  const all = entries.filter((entry) => entry.type === "file");
  const requirements = await requirementsOf(recipe, all, textOf);
  const texts = [...requirements.values()].join("\n");
  const places = new Map<string, FileEntry>();
  const place = (entry: FileEntry, folder: string): void => void places.set(`${folder}/${entry.path}`, entry);
  for (const entry of requirements.keys()) place(entry, contextFolders.needed);
  for (const path of recipe.files)
    for (const entry of entriesBelow(all, path))
      place(entry, isNamed(path, texts) ? contextFolders.needed : contextFolders.files);
  const files = [...places].map(([path, { type: _, ...entry }]) => ({ ...entry, path }));
  const hasFiles = files.some(({ path }) => path.startsWith(`${contextFolders.files}/`));
  const dockerfile = dockerfileOf(recipe, { hasFiles });
  return { dockerfile, files, hash: hashOf(dockerfile, files) };
}

/** Equal images have equal names, whatever else is in their projects. */
function hashOf(dockerfile: string, files: BuildContext["files"]): string {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const told = sorted.map(({ path, digest, executable }) => [path, digest, executable === true]);
  return createHash("sha256")
    .update(JSON.stringify([dockerfile, told]))
    .digest("hex")
    .slice(0, 24);
}

/** The requirements with all that they take in, and their texts. */
async function requirementsOf(
  { requirements }: ImageRecipe,
  all: readonly FileEntry[],
  textOf: (entry: FileEntry) => Promise<string>,
): Promise<Map<FileEntry, string>> {
  const found = new Map<FileEntry, string>();
  const take = async (path: string): Promise<void> => {
    const [entry] = entriesBelow(all, path);
    if (entry === undefined || found.has(entry)) return;
    const text = await textOf(entry);
    found.set(entry, text);
    for (const included of includedRequirements(text)) await take(posix.join(posix.dirname(path), included));
  };
  if (requirements !== undefined) await take(requirements);
  return found;
}

/** A file, or what lies below a folder; all of it for the project itself. */
function entriesBelow(all: readonly FileEntry[], path: string): FileEntry[] {
  const found = all.filter((entry) => path === "" || entry.path === path || entry.path.startsWith(`${path}/`));
  if (found.length > 0) return found;
  throw new FlotillaError(
    "TASK_CONFIG",
    `${path} is to be in an image, and is not among the files of the run; does .gitignore or .flotillaignore leave it out?`,
  );
}

/** Too often is no harm: the packages are then installed anew where they need not be. */
function isNamed(path: string, requirements: string): boolean {
  if (path === "") return /(^|\s)\.\/?(\[|\s|$)/m.test(requirements);
  const folder = posix.dirname(path);
  return requirements.includes(path) || (folder !== "." && requirements.includes(folder));
}
