/** Remembers what was used last, up to a total weight; at least one. */
export class RecentlyUsed<Key, Value> {
  readonly #most: number;
  readonly #weigh: (value: Value) => number;
  readonly #known = new Map<Key, Value>();
  #weight = 0;

  constructor(most: number, weigh: (value: Value) => number = () => 1) {
    this.#most = most;
    this.#weigh = weigh;
  }

  get(key: Key): Value | undefined {
    const value = this.#known.get(key);
    if (value === undefined) return undefined;
    // A map keeps the order of insertion: what was asked for now goes last.
    this.#known.delete(key);
    this.#known.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.delete(key);
    this.#known.set(key, value);
    this.#weight += this.#weigh(value);
    for (const [oldest] of this.#known) {
      if (this.#weight <= this.#most || this.#known.size === 1) return;
      this.delete(oldest);
    }
  }

  delete(key: Key): void {
    const value = this.#known.get(key);
    if (value === undefined) return;
    this.#known.delete(key);
    this.#weight -= this.#weigh(value);
  }
}
