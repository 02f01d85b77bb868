import type { Clock, Random } from "../../src/core/clock.ts";

/** Numbers in [0, 1) that follow from the seed alone (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that passes only when it is turned. Equal times fire in the order in which they were asked for. */
export class SimClock implements Clock {
  #now = 1_700_000_000_000;
  #order = 0;
  #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, delayMs), order: this.#order++, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Lets everything that is not waiting for time run, then turns to the next timer; until `done`, or fails after `limitMs` of simulated time. */
  async runUntil(done: () => boolean, limitMs: number): Promise<void> {
    const end = this.#now + limitMs;
    for (;;) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (done()) return;
      const next = this.#timers.reduce<Timer | undefined>(
        (best, timer) =>
          best === undefined || timer.at < best.at || (timer.at === best.at && timer.order < best.order) ? timer : best,
        undefined,
      );
      if (next === undefined) throw new Error("nothing is left to happen, and it is not done");
      if (next.at > end) throw new Error(`not done after ${limitMs} ms of simulated time`);
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
  }
}

/**
 * The time of one process. While it is frozen (SIGSTOP, a long pause of the garbage collector) nothing of it happens, and
 * what was due happens when it thaws; the time itself goes on, as monotonic clocks do.
 */
export class ProcessClock implements Clock {
  readonly #clock: SimClock;
  #frozen = false;
  #held: (() => void)[] = [];

  constructor(clock: SimClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  after(delayMs: number, run: () => void): () => void {
    let cancelled = false;
    const cancelTimer = this.#clock.after(delayMs, () => {
      if (this.#frozen) this.#held.push(() => cancelled || run());
      else run();
    });
    return () => {
      cancelled = true;
      cancelTimer();
    };
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  freeze(): void {
    this.#frozen = true;
  }

  thaw(): void {
    this.#frozen = false;
    const held = this.#held;
    this.#held = [];
    for (const run of held) run();
  }
}
