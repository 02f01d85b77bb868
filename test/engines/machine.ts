import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "./command.ts";

/** Why this machine cannot run containers, or undefined. */
export function noContainers(): string | undefined {
  if (process.platform !== "linux") return "containers need Linux";
  if (process.getuid?.() !== 0) return "starting container engines needs root";
  if (cgroupFolders().length === 0) return "there are no cgroups that can be written to";
  return undefined;
}

/** Why engines with these programs cannot be used here; `npm run engines` installs them. */
export function missingPrograms(engine: string, programs: readonly string[]): string | undefined {
  const missing = programs.filter((name) => findProgram(name) === undefined);
  if (missing.length === 0) return undefined;
  return `there is no ${missing.join(", no ")}: \`npm run engines -- up ${engine}\` installs and starts all that is needed`;
}

/** The tops of the trees of cgroups: one in version 2, one for each controller in version 1. */
export function cgroupFolders(): string[] {
  const top = "/sys/fs/cgroup";
  const folders = [top, ...(existsSync(top) ? readdirSync(top).map((name) => join(top, name)) : [])];
  return folders.filter(
    (folder) => existsSync(join(folder, "cgroup.procs")) && (folder === top || isHierarchy(folder)),
  );
}

/** Below version 2 the folders are groups, not trees of their own. */
function isHierarchy(folder: string): boolean {
  return mounts().some(({ at }) => at === folder);
}

function mounts(): { at: string }[] {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => ({ at: line.split(" ")[1]!.replaceAll("\\040", " ") }));
}

/** Removes a group and those below it, in every tree. Groups with processes stay. */
export function removeCgroup(name: string): void {
  for (const top of cgroupFolders()) removeEmpty(join(top, name));
}

function removeEmpty(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeEmpty(join(folder, entry.name));
  try {
    rmdirSync(folder);
  } catch {
    // Somebody is still in there; it shows, since engines are looked for by their groups.
  }
}

/** Everything that is mounted below a folder, innermost first. */
export function unmountBelow(folder: string): void {
  const below = mounts().filter(({ at }) => at.startsWith(`${folder}/`));
  for (const { at } of below.toReversed()) execFileSync("umount", ["--lazy", at], { stdio: "ignore" });
}
