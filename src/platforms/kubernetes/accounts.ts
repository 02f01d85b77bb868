import { existsSync } from "node:fs";
import { join } from "node:path";
import type { AttemptId } from "../../core/ids.ts";
import {
  type AttemptFolder,
  attemptFolder,
  makeAttemptFolder,
  readRecordIfSound,
  writeRecord,
} from "../local/attempt-folder.ts";
import { parseOutcome } from "../local/inspect-attempt.ts";
import type { Outcome } from "../local/inspect-attempt.ts";

/**
 * What is known of attempts beyond the lives of their pods and of this process: that its pod began, and how it ended. Only
 * what stands here lets a pod go.
 */
export class Accounts {
  readonly #directory: string;

  /** @param directory the project's `.flotilla` folder */
  constructor(directory: string) {
    this.#directory = directory;
  }

  outcomeOf(id: AttemptId): Outcome | undefined {
    return parseOutcome(readRecordIfSound(accountPath(attemptFolder(this.#directory, id))));
  }

  close(id: AttemptId, outcome: Outcome): void {
    const folder = attemptFolder(this.#directory, id);
    makeAttemptFolder(folder);
    writeRecord(accountPath(folder), outcome);
  }

  hasBegun(id: AttemptId): boolean {
    return existsSync(begunPath(attemptFolder(this.#directory, id)));
  }

  /** On a full disk the note is missing: it only tells apart, later, what is gone from what never began. */
  noteBegun(id: AttemptId, at: number): void {
    const folder = attemptFolder(this.#directory, id);
    try {
      makeAttemptFolder(folder);
      if (!existsSync(begunPath(folder))) writeRecord(begunPath(folder), { at, pod: id });
    } catch {
      // See above.
    }
  }
}

/**
 * TRAP: `started.json` and `ended.json` are the task API's: that the task began and how it ended, as the attempt's own runner
 * saw it. A pod begins before and ends after.
 */
function begunPath({ root }: AttemptFolder): string {
  return join(root, "pod-begun.json");
}

function accountPath({ root }: AttemptFolder): string {
  return join(root, "accounted.json");
}
