import type { Dirent } from "node:fs";
import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Ignores, parseIgnores } from "../../artifacts/ignore-patterns.ts";

export interface PipelineFile {
  /** Relative to the project, with `/`. */
  readonly file: string;
  /** As it stands in the file; the file's own name where it cannot be seen without evaluating it. */
  readonly name: string;
}

/** A project is looked through no further than this. */
const mostEntries = 20_000;
const deepest = 8;
const mostFiles = 200;
/** The name of a pipeline stands within the first of its file. */
const headBytes = 64 * 1024;

/** What is never looked into, whatever the project says. */
const usual = ".git\n.flotilla\nnode_modules\n.venv\nvenv\n__pycache__\ndist\n";

/**
 * The pipeline files of a project: those named `pipeline.ts` or ending in `.pipeline.ts`, without what `.gitignore` and
 * `.flotillaignore` in its folder leave out. Nothing is evaluated.
 */
export async function findPipelineFiles(project: string): Promise<PipelineFile[]> {
  const ignores = parseIgnores(
    usual + (await textOf(project, ".gitignore")) + (await textOf(project, ".flotillaignore")),
  );
  const files = await walk(project, ignores);
  return Promise.all(files.toSorted().map(async (file) => ({ file, name: await nameIn(join(project, file), file) })));
}

/** Broad before deep, so that what is left out of a huge project lies far down in it. */
async function walk(project: string, ignores: Ignores): Promise<string[]> {
  const found: string[] = [];
  let entries = 0;
  let level = [""];
  for (let depth = 0; depth < deepest && level.length > 0; depth++) {
    const below: string[] = [];
    for (const folder of level) {
      for (const entry of await entriesOf(join(project, folder))) {
        if (++entries > mostEntries || found.length >= mostFiles) return found;
        const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
        if (ignores(path, entry.isDirectory())) continue;
        if (entry.isDirectory()) below.push(path);
        else if (entry.isFile() && /(^|\/|\.)pipeline\.ts$/.test(path)) found.push(path);
      }
    }
    level = below;
  }
  return found;
}

/** A folder that cannot be read holds nothing to be found. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

async function textOf(project: string, name: string): Promise<string> {
  try {
    return `${await readFile(join(project, name), "utf8")}\n`;
  } catch {
    return "";
  }
}

async function nameIn(path: string, file: string): Promise<string> {
  try {
    const handle = await open(path);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
      return /\bpipeline\(\s*(["'`])([^"'`\n]{1,200})\1/.exec(buffer.toString("utf8", 0, bytesRead))?.[2] ?? file;
    } finally {
      await handle.close();
    }
  } catch {
    return file;
  }
}
