import type { SourceLine } from "./log-source.ts";

/**
 * Tells what is new in a log that is read again from a little before where it broke off. What we have is a beginning of what the
 * source has, in the same order, unless the source has let go of its oldest lines meanwhile.
 *
 * TRAP: times alone do not order lines. Those of two streams are taken before either is kept, so a later one may stand first.
 */
export class KnownLines {
  readonly #times: readonly string[];
  readonly #latest: string;
  #next = 0;

  /**
   * @param times of the last whole lines that we have, in order
   * @param latest of these and of the pieces among them
   */
  constructor(times: readonly string[], latest: string) {
    this.#times = times;
    this.#latest = latest;
  }

  /** `after a gap`: it is new, and what the source had between the last one that we have and this one may be lost. */
  judge({ time, partial }: Pick<SourceLine, "time" | "partial">): "known" | "new" | "after a gap" {
    if (this.#next === this.#times.length) return "new";
    // What we have ends with a whole line, so a piece before that end is of one that we have, or of one that has yet to end.
    if (partial && time <= this.#latest) return "known";
    if (this.#next === 0 && time < this.#times[0]!) return "known";
    const at = this.#times.indexOf(time, this.#next);
    if (at !== -1) this.#next = at + 1;
    if (at !== -1 || time <= this.#latest) return "known";
    this.#next = this.#times.length;
    return "after a gap";
  }
}
