import type { Random } from "../../src/core/clock.ts";
import type { Evidence } from "../../src/core/evidence.ts";
import type { AttemptId } from "../../src/core/ids.ts";
import type { AttemptSpec, CancelOptions, LogLine, Platform, Report } from "../../src/platforms/platform.ts";
import type { ProcessClock, SimClock } from "./sim-clock.ts";

interface Execution {
  readonly spec: AttemptSpec;
  readonly platform: string;
  readonly beganAt: number;
  endedAt: number | undefined;
  report: Report | undefined;
  cancelled: boolean;
}

/** How an attempt goes: how long it takes and what its evidence is. Must depend on nothing but the spec and the seed. */
export type Behaviour = (
  spec: AttemptSpec,
  random: Random,
  platform: string,
) => { readonly lastsMs: number; readonly evidence: Evidence };

/**
 * Where simulated attempts run: one world that outlives every engine, as machines do. It counts how often each attempt
 * was begun and how many ran at once, for the checks.
 */
export class SimWorld {
  readonly executions = new Map<AttemptId, Execution>();
  /** Attempts that somebody tried to begin a second time under the same id and were not. */
  repeats = 0;
  mostAtOnce = 0;
  readonly mostOn = new Map<string, number>();
  /** Attempts that began in the place of another before any engine knew of its end. */
  successions = 0;
  /** By the attempt before it, what begins at its end. */
  readonly #followers = new Map<AttemptId, AttemptSpec>();
  readonly #clock: SimClock;
  readonly #behaviour: Behaviour;
  readonly #random: Random;
  readonly #listeners = new Set<(report: Report) => void>();

  constructor(clock: SimClock, behaviour: Behaviour, random: Random) {
    this.#clock = clock;
    this.#behaviour = behaviour;
    this.#random = random;
  }

  get running(): number {
    return [...this.executions.values()].filter(({ endedAt }) => endedAt === undefined).length;
  }

  #runningOn(platform: string): number {
    return [...this.executions.values()].filter((one) => one.endedAt === undefined && one.platform === platform).length;
  }

  begin(spec: AttemptSpec, platform: string): void {
    if (this.executions.has(spec.id)) {
      this.repeats++;
      return;
    }
    const { lastsMs, evidence } = this.#behaviour(spec, this.#random, platform);
    const execution: Execution = {
      spec,
      platform,
      beganAt: this.#clock.now(),
      endedAt: undefined,
      report: undefined,
      cancelled: false,
    };
    this.executions.set(spec.id, execution);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
    this.mostOn.set(platform, Math.max(this.mostOn.get(platform) ?? 0, this.#runningOn(platform)));
    this.tell({ type: "running", attempt: spec.id, at: execution.beganAt, handle: {} });
    this.#clock.after(lastsMs, () => this.#end(execution, evidence));
  }

  /** To begin when that attempt ends; if it has ended, whoever starts this one is going to hear of it. */
  follow(spec: AttemptSpec, behind: AttemptId): void {
    if (this.executions.has(spec.id)) return this.find(spec);
    if (this.executions.get(behind)?.endedAt === undefined) this.#followers.set(behind, spec);
  }

  cancel(id: AttemptId, why: CancelOptions["why"]): void {
    const execution = this.executions.get(id);
    if (why === "withdraw") return this.#withdraw(id);
    if (execution === undefined || execution.cancelled) return;
    execution.cancelled = true;
    this.#clock.after(20, () => this.#end(execution, { completed: false, signal: "SIGTERM" }));
  }

  /** Only what has not begun; from then on it never will. */
  #withdraw(id: AttemptId): void {
    const [behind, spec] = [...this.#followers].find(([, { id: follower }]) => follower === id) ?? [];
    if (behind === undefined || spec === undefined || this.executions.has(id)) return;
    this.#followers.delete(behind);
    const at = this.#clock.now();
    const evidence = { completed: false, neverStarted: "withdrawn" };
    const report: Report = { type: "ended", attempt: id, at, evidence, outputs: {} };
    this.executions.set(id, { spec, platform: "", beganAt: at, endedAt: at, report, cancelled: true });
    this.tell(report);
  }

  /** Tells again what is known of an attempt; of one that never began, that it never will. */
  find(spec: AttemptSpec): void {
    const execution = this.executions.get(spec.id);
    if (execution === undefined)
      this.tell({
        type: "ended",
        attempt: spec.id,
        at: this.#clock.now(),
        evidence: { completed: false, neverStarted: "not found" },
        outputs: {},
      });
    else this.tell(execution.report ?? { type: "running", attempt: spec.id, at: execution.beganAt, handle: {} });
  }

  #end(execution: Execution, evidence: Evidence): void {
    if (execution.endedAt !== undefined) return;
    execution.endedAt = this.#clock.now();
    const outputs = evidence.completed ? { score: { value: execution.spec.task } } : {};
    execution.report = { type: "ended", attempt: execution.spec.id, at: execution.endedAt, evidence, outputs };
    this.#beginFollower(execution);
    this.tell(execution.report);
  }

  /** Sometimes it is not quick enough to be there. */
  #beginFollower({ spec, platform, cancelled }: Execution): void {
    const follower = this.#followers.get(spec.id);
    this.#followers.delete(spec.id);
    if (follower === undefined || cancelled || this.executions.has(follower.id) || this.#random() < 0.2) return;
    this.successions++;
    this.begin(follower, platform);
  }

  tell(report: Report): void {
    for (const listener of this.#listeners) listener(report);
  }

  listen(listener: (report: Report) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export interface PlatformFaults {
  /** How often a call fails before, and how often after, it was carried out. */
  readonly failBefore: number;
  readonly failAfter: number;
  readonly delayMs: number;
}

/** One engine's view of the world. After `cut` nothing passes any more in either direction, as when the engine's process is gone. */
export class SimPlatform implements Platform {
  readonly name: string;
  readonly isSuccessive = true;
  readonly #world: SimWorld;
  readonly #clock: ProcessClock;
  readonly #random: Random;
  readonly #faults: PlatformFaults;
  readonly #slots: number;
  #stopListening: () => void = () => undefined;
  #isCut = false;

  constructor(options: {
    world: SimWorld;
    clock: ProcessClock;
    random: Random;
    faults: PlatformFaults;
    slots: number;
    name: string;
  }) {
    this.name = options.name;
    this.#world = options.world;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#faults = options.faults;
    this.#slots = options.slots;
  }

  capacity(): Readonly<Record<string, number>> {
    return { slots: this.#slots };
  }

  start(spec: AttemptSpec): Promise<void> {
    return this.#call(() => {
      if (spec.behind !== undefined) return this.#world.follow(spec, spec.behind);
      if (!this.#world.executions.has(spec.id)) return this.#world.begin(spec, this.name);
      this.#world.repeats++;
      this.#world.find(spec);
    });
  }

  adopt(specs: readonly AttemptSpec[]): Promise<void> {
    return this.#call(() => specs.forEach((spec) => this.#world.find(spec)));
  }

  cancel(attempt: AttemptId, { why }: CancelOptions): Promise<void> {
    return this.#call(() => this.#world.cancel(attempt, why));
  }

  onReport(listener: (report: Report) => void): void {
    this.#stopListening = this.#world.listen((report) => {
      this.#clock.after(this.#random() * this.#faults.delayMs, () => {
        if (this.#isCut) return;
        listener(report);
        if (this.#random() < 0.1) listener(report);
      });
    });
  }

  logs(): AsyncIterable<LogLine> {
    return { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }) };
  }

  async close(): Promise<void> {
    this.cut();
  }

  cut(): void {
    this.#isCut = true;
    this.#stopListening();
  }

  async #call(run: () => void): Promise<void> {
    await this.#clock.sleep(this.#random() * this.#faults.delayMs);
    if (this.#isCut) return new Promise(() => undefined);
    if (this.#random() < this.#faults.failBefore) throw new Error("the call failed");
    run();
    if (this.#random() < this.#faults.failAfter) throw new Error("the answer was lost");
  }
}
