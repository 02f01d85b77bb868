import { closeSync, openSync, writeSync } from "node:fs";

/** What is longer is kept in parts. */
const longestLine = 16 * 1024;

/** The log of an attempt that this process carries out itself, in the format of Kubernetes' container logs. */
export class AttemptLog {
  readonly #file: number;
  #rest = "";

  constructor(path: string) {
    this.#file = openSync(path, "a");
  }

  /** Any piece of text; a line is written when its end has come. */
  write(text: string): void {
    const lines = (this.#rest + text).split(/\r?\n|\r/);
    this.#rest = lines.pop()!;
    for (const line of lines) this.#writeLine(line);
  }

  close(): void {
    if (this.#rest !== "") this.#writeLine(this.#rest);
    closeSync(this.#file);
  }

  #writeLine(line: string): void {
    const at = new Date().toISOString();
    let left = line;
    for (; left.length > longestLine; left = left.slice(longestLine))
      writeSync(this.#file, `${at} stdout P ${left.slice(0, longestLine)}\n`);
    writeSync(this.#file, `${at} stdout F ${left}\n`);
  }
}
