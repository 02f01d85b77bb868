import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { FlotillaError } from "../core/errors.ts";
import { identityText, isAlive, ownIdentity, parseIdentity } from "./process-identity.ts";
import { codeOf } from "./store-errors.ts";

const pollMs = 10;
let takes = 0;

/**
 * Runs `work` while no other process that asks for the same lock file does. The file names its holder, so that one whose
 * holder has died is taken over. Rejects with `STORE_START` when a living holder keeps it longer than `patienceMs`.
 */
export async function withLock<T>(path: string, patienceMs: number, work: () => Promise<T>): Promise<T> {
  const own = `${identityText(ownIdentity())}.${++takes}`;
  const giveUpAt = performance.now() + patienceMs;
  while (!tryTake(path, own)) {
    if (performance.now() > giveUpAt) {
      throw new FlotillaError(
        "STORE_START",
        `another process has been starting or stopping the store for ${patienceMs / 1000} s`,
        {
          mend: `if process ${read(path) ?? ""} is none of Flotilla's, remove the file`,
          place: { file: path },
        },
      );
    }
    await sleep(pollMs);
  }
  try {
    return await work();
  } finally {
    if (read(path) === own) rmSync(path, { force: true });
  }
}

/** The file appears with its content at once, because it is linked, not written. */
function tryTake(path: string, own: string): boolean {
  const draft = `${path}.${own}`;
  writeFileSync(draft, own);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    removeStale(path, draft);
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Two may find the same dead holder. Moving the file away is done by one of them; should it have moved the file of a
 * third, that took the lock in between, it is put back.
 */
function removeStale(path: string, draft: string): void {
  const holder = read(path);
  if (holder === undefined || isHeld(holder)) return;
  const aside = `${draft}.stale`;
  try {
    renameSync(path, aside);
    if (read(aside) !== holder) linkSync(aside, path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function isHeld(holder: string): boolean {
  const identity = parseIdentity(holder);
  return identity !== undefined && isAlive(identity);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
