import type { Terminal } from "../terminal.ts";
import { shorten, widthOf } from "../format/width.ts";

const escape = String.fromCharCode(27);

/**
 * The last lines of a terminal, drawn over and over in place. Each frame is one write between the marks of a synchronized
 * update, so that nothing flickers; what is printed above scrolls away as usual.
 */
export class LiveRegion {
  readonly #terminal: Terminal;
  readonly #write: (text: string) => void;
  #height = 0;

  constructor(terminal: Terminal, write: (text: string) => void = (text) => void process.stdout.write(text)) {
    this.#terminal = terminal;
    this.#write = write;
  }

  draw(lines: readonly string[], above: readonly string[] = []): void {
    const columns = this.#terminal.columns;
    // A line that wraps would break the count of lines to go back.
    const fitting = lines.map((line) => (widthOf(line) <= columns ? line : shorten(line, columns)));
    const back = this.#height === 0 ? "" : `${escape}[${this.#height}A`;
    const text = [...above, ...fitting].map((line) => `${line}${escape}[K\n`).join("");
    this.#write(`${escape}[?2026h${escape}[?25l${back}\r${text}${escape}[J${escape}[?25h${escape}[?2026l`);
    this.#height = fitting.length;
  }
}
