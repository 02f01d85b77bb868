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
 * What is known of attempts beyond the lives of their pods and of this process: that one began, and how it ended. Only what
 * stands here lets a pod go.
 */
export class Accounts {
  readonly #directory: string;

  /** @param directory the project's `.flotilla` folder */
  constructor(directory: string) {
    this.#directory = directory;
  }

  outcomeOf(id: AttemptId): Outcome | undefined {
    return parseOutcome(readRecordIfSound(accountOf(attemptFolder(this.#directory, id))));
  }

  close(id: AttemptId, outcome: Outcome): void {
    const folder = attemptFolder(this.#directory, id);
    makeAttemptFolder(folder);
    writeRecord(accountOf(folder), outcome);
  }

  hasBegun(id: AttemptId): boolean {
    return existsSync(attemptFolder(this.#directory, id).started);
  }

  /** On a full disk the note is missing: it only tells apart, later, what is gone from what never began. */
  noteBegun(id: AttemptId, at: number): void {
    const folder = attemptFolder(this.#directory, id);
    try {
      makeAttemptFolder(folder);
      if (!existsSync(folder.started)) writeRecord(folder.started, { at, pod: id });
    } catch {
      // See above.
    }
  }
}

/** TRAP: `ended.json` is the task API's: how the attempt's own runner saw the end, which is not yet how its pod did. */
function accountOf({ root }: AttemptFolder): string {
  return join(root, "accounted.json");
}
