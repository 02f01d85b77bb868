import { lstatSync, realpathSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Dirent, Stats } from "node:fs";
import { FlotillaError } from "../core/errors.ts";
import { errnoOf } from "./disk-errors.ts";
import { breathe } from "./limited.ts";
import { maxTreeEntries } from "./tree.ts";

/** A file or an empty folder below the folder that was looked at. */
export interface ScannedEntry {
  /** Relative, with `/`. */
  readonly path: string;
  /** For a file: where its content lies. A link has the place of what it points to, so several may share one. */
  readonly source?: string;
  readonly executable?: boolean;
}

/**
 * Everything below a folder. Links that stay inside are followed, as if what they point to stood there.
 * @throws FlotillaError `OUTPUT_INVALID` for a link that leads out, into nothing or in a circle, for anything that is
 * neither file nor folder, for a name that is not UTF-8, and for too many entries.
 */
export async function scanFolder(folder: string, maxEntries = maxTreeEntries): Promise<ScannedEntry[]> {
  const root = realpathSync(folder);
  const found: ScannedEntry[] = [];

  /** `above` are the real folders on the way down, to see circles. */
  const visitFolder = async (real: string, path: string, above: readonly string[]): Promise<void> => {
    const children = await readdir(real, { withFileTypes: true });
    if (children.length === 0 && path !== "") add({ path });
    for (const [index, child] of children.entries()) {
      if (index % 1000 === 999) await breathe();
      await visitChild(child, join(real, child.name), path === "" ? child.name : `${path}/${child.name}`, [
        ...above,
        real,
      ]);
    }
  };

  const visitChild = async (child: Dirent, place: string, path: string, above: readonly string[]): Promise<void> => {
    if (child.isDirectory()) return visitFolder(place, path, above);
    if (!child.isSymbolicLink()) return addFile(place, path, lstatOf(place, path));
    const target = resolveLink(root, place, path);
    const stat = statSync(target);
    if (!stat.isDirectory()) return addFile(target, path, stat);
    if (above.includes(target)) throw invalid(`the link ${path} leads to a folder that it lies in`, path);
    return visitFolder(target, path, above);
  };

  const addFile = (source: string, path: string, stat: Stats): void => {
    if (!stat.isFile()) throw invalid(`${path} is neither a file nor a folder`, path);
    add({ path, source, executable: (stat.mode & 0o111) !== 0 });
  };

  const add = (entry: ScannedEntry): void => {
    if (found.length >= maxEntries) throw invalid(`the folder has more than ${maxEntries} entries`, entry.path);
    found.push(entry);
  };

  await visitFolder(root, "", []);
  return found;
}

/** What a link points to, which must lie below `root` (a real path). */
export function resolveLink(root: string, place: string, path: string): string {
  let target: string;
  try {
    target = realpathSync(place);
  } catch (thrown) {
    if (errnoOf(thrown) === "ELOOP") throw invalid(`the link ${path} leads in a circle`, path);
    throw invalid(`the link ${path} leads to nothing`, path);
  }
  if (target !== root && !target.startsWith(root + sep))
    throw invalid(`the link ${path} leads out of its folder, to ${target}`, path);
  return target;
}

function lstatOf(place: string, path: string): Stats {
  const stat = lstatSync(place, { throwIfNoEntry: false });
  if (stat) return stat;
  // A name that is not UTF-8 was read with replacement characters, under which nothing is found.
  if (path.includes("\ufffd")) throw invalid(`the name ${JSON.stringify(path)} is not UTF-8`, path);
  throw invalid(`${path} vanished while it was read`, path);
}

function invalid(message: string, name: string): FlotillaError {
  return new FlotillaError("OUTPUT_INVALID", message, {
    mend: "write plain files and folders, and links only to what lies in the same folder",
    place: { name },
  });
}
