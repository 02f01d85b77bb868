/**
 * Lets so many through in a second, and a burst of more at once after a rest; those beyond wait their turn, in the order in
 * which they came.
 */
export class RateLimit {
  readonly #everyMs: number;
  readonly #burst: number;
  readonly #monotonic: () => number;
  /** When the last place that was given away is due. */
  #givenUntil = -Infinity;

  constructor(perSecond: number, burst: number, monotonic: () => number = () => performance.now()) {
    this.#everyMs = 1000 / perSecond;
    this.#burst = burst;
    this.#monotonic = monotonic;
  }

  /** How long whoever asks now has to wait; the place is his. */
  takePlace(): number {
    const now = this.#monotonic();
    this.#givenUntil = Math.max(this.#givenUntil, now - this.#burst * this.#everyMs) + this.#everyMs;
    return Math.max(0, this.#givenUntil - now);
  }
}
