import { clip, widthOf } from "../format/width.ts";

const escape = String.fromCharCode(27);
const beginFrame = `${escape}[?2026h${escape}[?25l`;
const endFrame = `${escape}[?25h${escape}[?2026l`;
const clearLine = `${escape}[K`;
const clearBelow = `${escape}[J`;

/** The screen as a region needs it. */
export interface Screen {
  readonly columns: number;
  readonly write: (text: string) => void;
}

/**
 * The last lines of a terminal, drawn over and over in place. Each frame is one write between the marks of a synchronized
 * update, so that nothing flickers; what is printed above scrolls away as usual.
 */
export class LiveRegion {
  readonly #screen: Screen;
  #drawn: readonly string[] = [];

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** Draws these lines in place of those before. They must be fewer than the screen has; longer ones are cut. */
  draw(lines: readonly string[], above: readonly string[] = []): void {
    const { columns } = this.#screen;
    // A line that wraps would break the count of lines to go back.
    const fitting = lines.map((line) => clip(line, columns));
    if (above.length === 0 && fitting.join("\n") === this.#drawn.join("\n")) return;
    const height = this.#height(columns);
    const back = height === 0 ? "\r" : `\r${escape}[${height}A`;
    const text = [...above, ...fitting].map((line) => `${line}${clearRest(line, columns)}\n`).join("");
    this.#screen.write(`${beginFrame}${back}${text}${clearBelow}${endFrame}`);
    this.#drawn = fitting;
  }

  /** Lines the last frame takes now: a terminal that has become narrower has wrapped them. */
  #height(columns: number): number {
    return this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
  }
}

/** After a line that fills the last column the cursor still stands on it, and clearing would take its last sign away. */
function clearRest(line: string, columns: number): string {
  const width = widthOf(line);
  return width > 0 && width % columns === 0 ? "" : clearLine;
}
