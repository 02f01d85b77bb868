import type { AttemptId } from "../../src/core/ids.ts";
import type { AttemptSpec, LogLine, Platform, Report } from "../../src/platforms/platform.ts";

const tickMs = 20;

/** Noop tasks that end at an even pace, from `begin` on: a fleet at work that costs the machine nothing. */
export class PacedPlatform implements Platform {
  readonly name = "paced";
  /** When each task ended, as it was reported to the engine. */
  readonly ends: number[] = [];
  readonly #perSecond: number;
  readonly #active: AttemptSpec[] = [];
  #report: (report: Report) => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  begin(): void {
    const most = (this.#perSecond * tickMs) / 1000;
    let due = 0;
    let before = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      // After a pause of this process it does not catch up at once.
      due = Math.min(due + ((now - before) * this.#perSecond) / 1000, most * 5);
      before = now;
      const ready = this.#active.splice(0, Math.floor(due));
      due -= ready.length;
      for (const spec of ready) this.#end(spec);
    }, tickMs);
  }

  capacity(): Readonly<Record<string, number>> {
    return {};
  }

  onReport(listener: (report: Report) => void): void {
    this.#report = listener;
  }

  async start(spec: AttemptSpec): Promise<void> {
    this.#active.push(spec);
    this.#report({ type: "running", attempt: spec.id, at: Date.now(), handle: {} });
  }

  async adopt(specs: readonly AttemptSpec[]): Promise<void> {
    await Promise.all(specs.map((spec) => this.start(spec)));
  }

  async cancel(_attempt: AttemptId): Promise<void> {
    // Nobody cancels here.
  }

  async *logs(): AsyncIterable<LogLine> {
    // Nothing is printed.
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#report = () => undefined;
  }

  #end({ id }: AttemptSpec): void {
    const at = Date.now();
    this.ends.push(at);
    const evidence = { completed: true, exitCode: 0, startedAt: at, endedAt: at };
    this.#report({ type: "ended", attempt: id, at, evidence, outputs: {} });
  }
}
