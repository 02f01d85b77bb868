import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { errnoOf } from "../../artifacts/disk-errors.ts";
import type { AttemptId } from "../../core/ids.ts";
import type { LogLine, LogRange, LogSearch, LogSearchResult, Progress } from "../platform.ts";
import { attemptFolder } from "./attempt-folder.ts";
import { readLog } from "./log-reader.ts";
import { searchLog } from "./log-search.ts";
import { readProgress } from "./progress-reader.ts";

/** The logs of attempts on this machine, read from their folders: also of attempts that no platform holds any more. */
export class LocalLogs {
  readonly #flotilla: string;

  /** @param flotilla the project's `.flotilla` folder */
  constructor(flotilla: string) {
    this.#flotilla = flotilla;
  }

  read(attempt: AttemptId, range: LogRange = {}): AsyncIterable<LogLine> {
    return readLog(this.#pathOf(attempt), range);
  }

  async size(attempt: AttemptId): Promise<number> {
    try {
      return (await stat(this.#pathOf(attempt))).size;
    } catch (thrown) {
      if (errnoOf(thrown) === "ENOENT") return 0;
      throw thrown;
    }
  }

  search(attempt: AttemptId, search: LogSearch): Promise<LogSearchResult> {
    return searchLog(this.#pathOf(attempt), search);
  }

  bytes(attempt: AttemptId, { from, to }: { readonly from: number; readonly to: number }): AsyncIterable<Uint8Array> {
    return createReadStream(this.#pathOf(attempt), { start: from, end: to - 1 });
  }

  async progress(attempt: AttemptId): Promise<Progress | undefined> {
    return readProgress(attemptFolder(this.#flotilla, attempt).progress, 0).progress;
  }

  folder(attempt: AttemptId): string {
    return attemptFolder(this.#flotilla, attempt).root;
  }

  #pathOf(attempt: AttemptId): string {
    return attemptFolder(this.#flotilla, attempt).log;
  }
}
