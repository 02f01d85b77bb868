import type { Clock } from "../core/clock.ts";

/**
 * Runs the engine's cycle, one at a time. A wake-up during a cycle makes one more follow it, however many there were; a
 * wake-up for later is kept only if it is the earliest.
 */
export class Wake {
  readonly #clock: Clock;
  readonly #runCycle: () => Promise<void>;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #at = Infinity;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, runCycle: () => Promise<void>) {
    this.#clock = clock;
    this.#runCycle = runCycle;
  }

  now(): void {
    this.#again = true;
    this.#running ??= this.#run();
  }

  in(delayMs: number): void {
    const at = this.#clock.monotonic() + delayMs;
    if (this.#stopped || at >= this.#at) return;
    this.#cancelTimer?.();
    this.#at = at;
    this.#cancelTimer = this.#clock.after(delayMs, () => {
      this.#at = Infinity;
      this.now();
    });
  }

  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** Resolves when no cycle is under way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    // Lets what arrives in the same turn of the event loop join the first cycle.
    await Promise.resolve();
    while (this.#again && !this.#stopped) {
      this.#again = false;
      await this.#runCycle();
    }
    this.#running = undefined;
  }
}
