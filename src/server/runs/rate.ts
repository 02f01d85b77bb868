interface Point {
  readonly at: number;
  readonly settled: number;
}

const windowMs = 20_000;
/** Less than this says nothing. */
const leastMs = 1000;

/** Tasks settled per second, over the last seconds that were looked at. */
export class Rate {
  #points: Point[] = [];

  /** Notes how many tasks are settled at a moment (milliseconds). */
  add(at: number, settled: number): void {
    // Fewer than before: some were restarted, and what went before says nothing about them.
    if (settled < (this.#points.at(-1)?.settled ?? 0)) this.#points = [];
    this.#points.push({ at, settled });
    while (this.#points.length > 2 && at - this.#points[1]!.at >= windowMs) this.#points.shift();
  }

  /** Undefined until there is something to measure. */
  get perSecond(): number | undefined {
    const [first, last] = [this.#points[0], this.#points.at(-1)];
    if (first === undefined || last === undefined || last.at - first.at < leastMs) return undefined;
    return ((last.settled - first.settled) / (last.at - first.at)) * 1000;
  }
}
