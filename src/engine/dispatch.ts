import type { Clock, Random } from "../core/clock.ts";
import { FlotillaError } from "../core/errors.ts";
import type { AttemptId } from "../core/ids.ts";
import type { Effect } from "../core/run-event.ts";
import type { AttemptSpec, Platform, Report } from "../platforms/platform.ts";

/** How often a call to a platform is repeated before the attempt counts as never started; waits double from the first. */
const mostCalls = 8;
const firstWaitMs = 100;

export interface DispatchOptions {
  readonly platforms: ReadonlyMap<string, Platform>;
  readonly clock: Clock;
  readonly random: Random;
  readonly graceMs: number;
  /** Where reports go that a platform could not make itself. */
  readonly report: (report: Report) => void;
}

/**
 * Carries out what was decided and committed. Calls that fail for a passing reason are repeated under the same attempt
 * id, so that repeating can never start anything twice; the task's own retries are not touched by it.
 */
export class Dispatch {
  readonly #options: DispatchOptions;
  #closed = false;

  constructor(options: DispatchOptions) {
    this.#options = options;
  }

  carryOut(effect: Effect, platformName: string, spec: AttemptSpec): void {
    const platform = this.#options.platforms.get(platformName);
    if (platform === undefined) return this.#neverStarted(spec.id, `no platform is called ${platformName} here`);
    if (effect.type === "start") this.start(platform, spec);
    else
      this.#repeat(
        () => platform.cancel(effect.attempt, { graceMs: this.#options.graceMs, why: effect.why }),
        undefined,
      );
  }

  start(platform: Platform, spec: AttemptSpec): void {
    this.#repeat(
      () => platform.start(spec),
      (error) => this.#neverStarted(spec.id, `${platform.name} could not start it: ${messageOf(error)}`),
    );
  }

  adopt(platform: Platform, specs: readonly AttemptSpec[]): void {
    this.#repeat(() => platform.adopt(specs), undefined);
  }

  /** Calls under way are let go. */
  close(): void {
    this.#closed = true;
  }

  /** Without `giveUp` the call is repeated for as long as the engine lives. */
  #repeat(call: () => Promise<void>, giveUp: ((error: unknown) => void) | undefined, calls = 1): void {
    call().catch((error: unknown) => {
      if (this.#closed) return;
      if (giveUp !== undefined && calls >= mostCalls) return giveUp(error);
      const waitMs = Math.min(firstWaitMs * 2 ** (calls - 1), 30_000) * (0.5 + this.#options.random() / 2);
      this.#options.clock.after(waitMs, () => {
        if (!this.#closed) this.#repeat(call, giveUp, calls + 1);
      });
    });
  }

  #neverStarted(attempt: AttemptId, reason: string): void {
    this.#options.report({
      type: "ended",
      attempt,
      at: this.#options.clock.now(),
      evidence: { completed: false, neverStarted: reason },
      outputs: {},
    });
  }
}

function messageOf(error: unknown): string {
  if (error instanceof FlotillaError && error.mend !== undefined) return `${error.message}; ${error.mend}`;
  return error instanceof Error ? error.message : String(error);
}
