import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const pathIn = (directory: string): string => join(directory, "task-api.port");

/** Of several platforms on one project, tasks reach the one that listened last. */
export function noteListener(directory: string, port: number): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(pathIn(directory), String(port));
}

/** Undefined while nobody has listened yet. */
export function portOfListener(directory: string): number | undefined {
  return existsSync(pathIn(directory)) ? Number(readFileSync(pathIn(directory), "utf8")) : undefined;
}
