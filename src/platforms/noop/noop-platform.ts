import { FlotillaError } from "../../core/errors.ts";
import type { AttemptId } from "../../core/ids.ts";
import type { AttemptSpec, LogLine, Platform, Report } from "../platform.ts";

/**
 * Carries out `noop` work: every attempt runs and succeeds at once, in the next turn of the event loop, a whole batch
 * in one. It has no limits and leaves nothing behind, so an attempt of an earlier process is simply done (again).
 */
export class NoopPlatform implements Platform {
  readonly name: string;
  #report: (report: Report) => void = () => undefined;
  #batch: AttemptSpec[] = [];

  constructor(name = "noop") {
    this.name = name;
  }

  capacity(): Readonly<Record<string, number>> {
    return {};
  }

  onReport(listener: (report: Report) => void): void {
    this.#report = listener;
  }

  async start(spec: AttemptSpec): Promise<void> {
    if (spec.work.type !== "noop")
      throw new FlotillaError("INTERNAL", `the ${spec.work.type} step ${spec.step} came to the noop platform`);
    if (this.#batch.push(spec) === 1) setImmediate(() => this.#endBatch());
  }

  async adopt(specs: readonly AttemptSpec[]): Promise<void> {
    await Promise.all(specs.map((spec) => this.start(spec)));
  }

  async cancel(
    attempt: AttemptId,
    { why }: { readonly graceMs: number; readonly why: "cancel" | "timeout" },
  ): Promise<void> {
    this.#batch = this.#batch.filter((spec) => spec.id !== attempt);
    const evidence = { completed: false, endedByUs: why, neverStarted: "it was cancelled before it began" };
    this.#report({ type: "ended", attempt, at: Date.now(), evidence, outputs: {} });
  }

  async *logs(): AsyncIterable<LogLine> {
    // A noop prints nothing.
  }

  async close(): Promise<void> {
    this.#batch = [];
    this.#report = () => undefined;
  }

  #endBatch(): void {
    const batch = this.#batch;
    this.#batch = [];
    const at = Date.now();
    for (const { id, outputs } of batch) {
      this.#report({ type: "running", attempt: id, at, handle: {} });
      const evidence = { completed: true, exitCode: 0, startedAt: at, endedAt: at };
      this.#report({
        type: "ended",
        attempt: id,
        at,
        evidence,
        outputs: Object.fromEntries(Object.keys(outputs).map((name) => [name, { value: null }])),
      });
    }
  }
}
