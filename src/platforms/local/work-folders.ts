import { lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync } from "node:fs";

/** As many as may be between the end of one attempt and the start of the next. */
const keepAtMost = 16;

/**
 * The folders in which tasks work. Most are empty at the end: such a one is passed on to the next attempt, which costs a
 * tenth of removing it and making another (10 us, 100 us), and far less where ext4 is slow to make folders.
 */
export class WorkFolders {
  /** Of attempts that have ended, where they lie. */
  readonly #empty: string[] = [];
  readonly #mode = 0o777 & ~process.umask();

  make(path: string): void {
    const spare = this.#empty.pop();
    if (spare === undefined || !isMoved(spare, path)) mkdirSync(path, { recursive: true });
  }

  /** Keeps the folder of an attempt that has ended for another one. False if it is not as it was made, or not needed. */
  keep(path: string): boolean {
    if (this.#empty.length >= keepAtMost || !this.#isAsMade(path)) return false;
    this.#empty.push(path);
    return true;
  }

  close(): void {
    for (const path of this.#empty.splice(0)) removeEmpty(path);
  }

  /** A task may have left anything in its place: a link, a folder that nobody may enter. */
  #isAsMade(path: string): boolean {
    try {
      const stat = lstatSync(path);
      return stat.isDirectory() && (stat.mode & 0o7777) === this.#mode && readdirSync(path).length === 0;
    } catch {
      return false;
    }
  }
}

/** False where somebody removed it meanwhile, or there is one with something in it, from before a crash. */
function isMoved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}

function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Gone, or in use again by somebody: gc finds it.
  }
}
