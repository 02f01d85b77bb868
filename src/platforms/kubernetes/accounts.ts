import { existsSync } from "node:fs";
import type { AttemptId } from "../../core/ids.ts";
import { attemptFolder, makeAttemptFolder, readRecordIfSound, writeRecord } from "../local/attempt-folder.ts";
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
    return parseOutcome(readRecordIfSound(attemptFolder(this.#directory, id).ended));
  }

  close(id: AttemptId, outcome: Outcome): void {
    const folder = attemptFolder(this.#directory, id);
    makeAttemptFolder(folder);
    writeRecord(folder.ended, outcome);
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
