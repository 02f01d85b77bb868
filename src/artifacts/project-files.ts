import { execFile } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { errnoOf } from "./disk-errors.ts";
import { isIgnored, parseIgnores } from "./ignore-patterns.ts";
import type { Ignores } from "./ignore-patterns.ts";

const run = promisify(execFile);

/** What is never part of a project's code, whatever git says. */
const never = parseIgnores(".git\n.flotilla\n");
/** What is left out where git cannot say. */
const usually = parseIgnores(".git\n.flotilla\nnode_modules\n.venv\nvenv\n__pycache__\ndist\n*.pyc\n");

/**
 * The paths of a project's files: what git tracks or would track, where git is there and the project is in a work tree;
 * else everything but the usual by-products. `.flotillaignore` leaves out more. Links are in the list.
 */
export async function listProjectFiles(project: string): Promise<string[]> {
  const ignores = readIgnores(project);
  const listed = (await listWithGit(project)) ?? walk(project, "", usually);
  return [...new Set(listed)].filter((path) => !isIgnored(never, path) && !isIgnored(ignores, path));
}

/**
 * Undefined when there is no git or no work tree, or when git lists nothing: the project then lies in a folder that an
 * outer repository ignores. Other repositories inside are entries ending in `/`; they are walked.
 */
async function listWithGit(project: string): Promise<string[] | undefined> {
  let listed: string;
  try {
    const options = { cwd: project, maxBuffer: 1 << 30 };
    listed = (await run("git", ["ls-files", "-co", "--exclude-standard", "-z"], options)).stdout;
  } catch {
    return undefined;
  }
  if (listed === "") return undefined;
  return listed
    .split("\0")
    .flatMap((path) => (path.endsWith("/") ? walk(project, path.slice(0, -1), usually) : path === "" ? [] : path));
}

function walk(project: string, folder: string, ignores: Ignores): string[] {
  return readdirSync(join(project, folder), { withFileTypes: true }).flatMap((child) => {
    const path = folder === "" ? child.name : `${folder}/${child.name}`;
    if (ignores(path, child.isDirectory())) return [];
    return child.isDirectory() ? walk(project, path, ignores) : path;
  });
}

function readIgnores(project: string): Ignores {
  try {
    return parseIgnores(readFileSync(join(project, ".flotillaignore"), "utf8"));
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return () => false;
    throw thrown;
  }
}
