import type { Clock, Random } from "../core/clock.ts";
import { FlotillaError } from "../core/errors.ts";
import type { AttemptId, EngineId, RunId } from "../core/ids.ts";
import { runStateFacts } from "../core/task-state.ts";
import type { Platform, Report } from "../platforms/platform.ts";
import type { RunRow, Store } from "../store/store.ts";
import { admit } from "./admit.ts";
import { commit } from "./commit.ts";
import type { Context } from "./context.ts";
import { Dispatch } from "./dispatch.ts";
import { quarantineError, takeFault } from "./faults.ts";
import { keepLeases } from "./lease-keeper.ts";
import type { OwnedRun } from "./owned-run.ts";
import { poll } from "./poll.ts";
import { PoolView } from "./pool-view.ts";
import { takeIn } from "./take-in.ts";
import { takeOver, takeOverOrphans } from "./take-over.ts";
import { Waiters } from "./waiters.ts";
import { Wake } from "./wake.ts";

export interface EngineOptions {
  readonly store: Store;
  readonly platforms: ReadonlyMap<string, Platform>;
  /** Takes only runs that go by it; any if absent. */
  readonly profile?: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly id: EngineId;
  /** How long a run stays ours without a sign of life. */
  readonly leaseMs?: number;
  /** How often the store is read for what no hint has told. */
  readonly pollMs?: number;
  /** Between asking a task to end and killing it. */
  readonly graceMs?: number;
  /** Whether it is certain that an engine has ended, so that its runs can be taken at once; never certain if absent. */
  readonly isGone?: (engine: EngineId) => boolean;
  /** Told of each fault of ours that stops a run here; it is tried again, or quarantined after the third. */
  readonly onFault?: (run: RunId, fault: unknown) => void;
  /** Told when the store is away or full. Nothing is lost: what was to be written is tried again until it is. */
  readonly onWait?: (error: FlotillaError) => void;
  /** What the process of an attempt is told of the trace that it belongs to. */
  readonly traceparentOf?: (attempt: AttemptId) => string;
  /** Takes any run that has no owner, besides those asked for by `own`. */
  readonly takeOrphans?: boolean;
}

/** Reports that no decision waits for are committed together with the next one that matters, or after this. */
const unhurriedMs = 25;

/**
 * Owns runs and drives them. One cycle after the other: take in what happened, let the pure core decide, commit, and only
 * then act. Whatever comes in meanwhile goes into the next cycle, so that commits grow with the load instead of queueing.
 */
export class Engine {
  readonly #context: Context;
  readonly #takeOrphans: boolean;
  readonly #pollMs: number;
  readonly #polls = new Set<Promise<void>>();
  #cancelPoll: () => void = () => undefined;
  #stopLeases: () => void = () => undefined;
  #stopHints: () => void = () => undefined;

  constructor(options: EngineOptions) {
    const { store, platforms, clock, random, id, leaseMs = 15_000, graceMs = 10_000, isGone = () => false } = options;
    this.#takeOrphans = options.takeOrphans ?? false;
    this.#pollMs = options.pollMs ?? 1000;
    this.#context = {
      id,
      store,
      platforms,
      profile: options.profile,
      clock,
      random,
      leaseMs,
      isGone,
      onFault: options.onFault ?? (() => undefined),
      onWait: options.onWait ?? (() => undefined),
      traceparentOf: options.traceparentOf ?? (() => undefined),
      runs: new Map(),
      successive: new Set([...platforms.values()].filter(({ isSuccessive }) => isSuccessive).map(({ name }) => name)),
      pools: new PoolView(),
      dispatch: new Dispatch({ platforms, clock, random, graceMs, report: (report) => this.#onReport(report) }),
      waiters: new Waiters(),
      wake: new Wake(clock, () => this.#cycle()),
      inbox: { reports: [], requests: [] },
      starved: false,
      stopping: false,
    };
  }

  /** The runs that this engine owns now. */
  get owned(): readonly RunId[] {
    return [...this.#context.runs.keys()];
  }

  /** Makes the platforms known to the store and begins to look for work. */
  async start(): Promise<void> {
    const { platforms, store, runs } = this.#context;
    for (const platform of platforms.values()) platform.onReport((report) => this.#onReport(report));
    await store.setPools(platformPools(platforms));
    this.#stopLeases = keepLeases(this.#context);
    this.#stopHints = store.onHint(({ run }) => {
      if (run === undefined || runs.has(run) || this.#takeOrphans) this.#poll();
    });
    if (this.#takeOrphans) await takeOverOrphans(this.#context);
    this.#schedulePoll();
  }

  /** Takes a run and drives it until it has ended. False: somebody else owns it, or there is nothing to do in it. */
  async own(run: RunId): Promise<boolean> {
    return this.#context.runs.has(run) || takeOver(this.#context, run);
  }

  /** Resolves when the run has ended, whoever owns it then. Rejects with `RUN_NOT_FOUND`, or `INTERNAL` when it is quarantined. */
  async ended(run: RunId): Promise<RunRow> {
    const row = await this.#context.store.getRun(run);
    if (row === undefined)
      throw new FlotillaError("RUN_NOT_FOUND", `no run ${run} in this store`, {
        mend: "list the runs with `flotilla runs`",
      });
    if (runStateFacts[row.state].ended && !this.#context.runs.has(run)) return row;
    if (row.quarantined) throw quarantineError(row, undefined);
    return this.#context.waiters.wait(run);
  }

  /** Lets go of every run. What runs, runs on, and the next engine finds it again. */
  async stop(): Promise<void> {
    const { wake, dispatch, runs, store, platforms } = this.#context;
    this.#context.stopping = true;
    this.#cancelPoll();
    this.#stopHints();
    this.#stopLeases();
    dispatch.close();
    // One that is under way may just have claimed a run.
    await Promise.all(this.#polls);
    await wake.stop();
    for (const { live, fence } of runs.values()) await store.release(live.id, fence).catch(() => undefined);
    runs.clear();
    for (const platform of platforms.values()) await platform.close();
  }

  async #cycle(): Promise<void> {
    const { runs, clock, wake } = this.#context;
    takeIn(this.#context);
    admit(this.#context);
    await Promise.all([...runs.values()].map((owned) => this.#commit(owned)));
    const due = Math.min(...[...runs.values()].map(({ live }) => live.due.next() ?? Infinity));
    if (due < Infinity) wake.in(Math.max(0, due - clock.now()));
  }

  async #commit(owned: OwnedRun): Promise<void> {
    try {
      await commit(this.#context, owned);
    } catch (error) {
      takeFault(this.#context, owned, error);
    }
  }

  #onReport(report: Report): void {
    const { inbox, wake, stopping } = this.#context;
    if (stopping || report.type === "progress") return;
    inbox.reports.push(report);
    if (report.type === "ended") wake.now();
    else wake.in(unhurriedMs);
  }

  #poll(): void {
    this.#cancelPoll();
    const polling = poll(this.#context, { takeOrphans: this.#takeOrphans }).finally(() => {
      this.#polls.delete(polling);
      this.#schedulePoll();
    });
    this.#polls.add(polling);
  }

  #schedulePoll(): void {
    this.#cancelPoll();
    if (!this.#context.stopping) this.#cancelPoll = this.#context.clock.after(this.#pollMs, () => this.#poll());
  }
}

function platformPools(platforms: ReadonlyMap<string, Platform>): Record<string, number> {
  const resources = [...platforms.values()].flatMap((platform) =>
    Object.entries(platform.capacity()).map(([resource, units]) => [`${platform.name}/${resource}`, units] as const),
  );
  return Object.fromEntries(resources);
}
