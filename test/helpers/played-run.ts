import { createHash } from "node:crypto";
import fc from "fast-check";
import { type Pool, chooseNext } from "../../src/core/admission.ts";
import type { Evidence } from "../../src/core/evidence.ts";
import { makeRunId, type EngineId } from "../../src/core/ids.ts";
import { type LiveAttempt, makeLiveRun } from "../../src/core/live-run.ts";
import type { Outputs } from "../../src/core/output-value.ts";
import { hashPlan } from "../../src/core/plan-hash.ts";
import type { Plan } from "../../src/core/plan.ts";
import type { RunEvent } from "../../src/core/run-event.ts";
import { noCounts } from "../../src/core/task-state.ts";
import { makeTopology } from "../../src/core/topology.ts";
import { transition } from "../../src/core/transition.ts";
import { forgetWritten, takeCommit } from "../../src/engine/commit-changes.ts";
import type { OwnedRun } from "../../src/engine/owned-run.ts";
import type { RunRow, Store } from "../../src/store/store.ts";

/** One thing that happens in a played run; `pick` chooses among what there is. */
export interface Move {
  readonly type: "start" | "running" | "succeed" | "fail" | "lose" | "tick" | "restart" | "pause" | "cancel" | "commit";
  readonly pick: number;
}

/** Histories in which most goes well, some fails, and people restart, pause and now and then cancel. */
export const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.record({
    type: fc.oneof(
      { weight: 8, arbitrary: fc.constant("start" as const) },
      { weight: 4, arbitrary: fc.constant("running" as const) },
      { weight: 8, arbitrary: fc.constant("succeed" as const) },
      { weight: 3, arbitrary: fc.constantFrom("fail" as const, "lose" as const) },
      { weight: 3, arbitrary: fc.constantFrom("tick" as const, "commit" as const, "restart" as const) },
      { weight: 1, arbitrary: fc.constantFrom("pause" as const, "cancel" as const) },
    ),
    pick: fc.nat(1000),
  }),
  { minLength: 5, maxLength: 80 },
);

const epoch = 1_760_000_000_000;

/**
 * A run as an engine would write it: the real core decides, and what has changed is committed to the store. Only
 * platforms are left out; what attempts come to is said by the moves.
 */
export class PlayedRun {
  readonly #store: Store;
  readonly owned: OwnedRun;
  #now = epoch;

  private constructor(store: Store, owned: OwnedRun) {
    this.#store = store;
    this.owned = owned;
  }

  static async begin(store: Store, plan: Plan): Promise<PlayedRun> {
    const id = makeRunId(epoch + Math.floor(Math.random() * 1e12), Math.random);
    const topology = makeTopology(plan);
    const counts = topology.steps.map(({ size }) => ({ ...noCounts(), waiting: size }));
    const planHash = hashPlan(plan, (text) => createHash("sha256").update(text).digest("hex"));
    await store.createRun({
      id,
      plan,
      planHash,
      code: undefined,
      startedBy: "anna",
      project: "/p",
      profile: "laptop",
      platforms: {},
      counts,
    });
    const claim = await store.claim({ engine: "engine-a" as EngineId, leaseMs: 600_000, run: id });
    const played = new PlayedRun(store, {
      live: makeLiveRun(id, plan, topology),
      fence: claim!.fence,
      version: claim!.run.version,
      code: undefined,
      remainingMs: topology.steps.map(() => 1000),
      usualMs: {},
      specs: new Map(),
      effects: [],
      handled: [],
      requestsSeen: new Set(),
      leaseEndsAt: Infinity,
      heldBack: new Map(),
      durations: new Map(),
    });
    played.#apply({ type: "begin" });
    await played.commit();
    return played;
  }

  get row(): Promise<RunRow> {
    return this.#store.getRun(this.owned.live.id).then((row) => row!);
  }

  get now(): number {
    return this.#now;
  }

  async play(moves: readonly Move[]): Promise<void> {
    for (const move of moves) await this.#move(move);
    await this.commit();
  }

  async commit(): Promise<void> {
    const { rows } = takeCommit(this.owned, { traceparentOf: () => undefined });
    const result = await this.#store.commit(rows);
    if (result.type !== "committed") throw new Error(`the commit was ${result.type}`);
    this.owned.version = result.version;
    forgetWritten(this.owned, rows);
  }

  async #move({ type, pick }: Move): Promise<void> {
    this.#now += 1 + (pick % 97);
    switch (type) {
      case "start":
        for (let left = 1 + (pick % 8); left > 0; left--) this.#start();
        return;
      case "running": {
        const attempt = this.#attempt(pick);
        if (attempt !== undefined) this.#apply({ type: "running", attempt: attempt.id, at: this.#now, handle: {} });
        return;
      }
      case "succeed":
        return this.#end(pick, { completed: true, exitCode: 0, startedAt: this.#now - 5, endedAt: this.#now - 1 });
      case "fail":
        return this.#end(pick, {
          completed: false,
          exitCode: 1,
          error: { type: "ValueError", message: messages[pick % 4]!, at: "m.py:3" },
        });
      case "lose":
        return this.#end(pick, { completed: false, signal: "SIGKILL" });
      case "tick":
        this.#now += 20_000;
        return this.#apply({ type: "tick" });
      case "restart":
        return this.#restart(pick);
      case "pause":
        this.#apply({ type: "pause", why: "paused by anna" });
        return pick % 4 === 0 ? undefined : this.#apply({ type: "resume", by: "anna" });
      case "cancel":
        return pick % 3 === 0 ? this.#apply({ type: "cancel", why: "cancelled by anna" }) : undefined;
      case "commit":
        return this.commit();
    }
  }

  #apply(event: RunEvent): void {
    transition(this.owned.live, event, this.#now);
  }

  #start(): void {
    const { live, remainingMs } = this.owned;
    const next = chooseNext([{ run: live, remainingMs }], new Map<string, Pool>(), this.#now);
    if (next?.type === "start") this.#apply({ type: "start", ...next.start });
  }

  #attempt(pick: number): LiveAttempt | undefined {
    const alive = [...this.owned.live.active.values()];
    return alive[pick % Math.max(1, alive.length)];
  }

  async #end(pick: number, evidence: Evidence): Promise<void> {
    const attempt = this.#attempt(pick);
    if (attempt === undefined) return;
    // Nothing begins outside before its intent is committed.
    if (this.owned.live.changes.newAttempts.has(attempt)) await this.commit();
    const outputs = evidence.completed ? this.#outputsOf(attempt, pick) : {};
    this.#apply({ type: "ended", attempt: attempt.id, at: this.#now, evidence, outputs, roll: 0.5 });
  }

  #outputsOf({ step }: LiveAttempt, pick: number): Outputs {
    const names = Object.entries(this.owned.live.plan.steps[step]!.outputs);
    return Object.fromEntries(
      names.map(([name, { type }]) => [name, { value: pick % 11 === 0 ? null : valueOf(type, pick) }]),
    );
  }

  #restart(pick: number): void {
    const { steps } = this.owned.live;
    const step = steps[pick % steps.length]!;
    this.#apply({ type: "restart", tasks: [{ step: step.index, task: pick % step.size }], by: "anna" });
  }
}

const messages = ["too few rows", "bad 17", "bad 18", "a \u0000\u001b | 'quoted' 😀"];
const texts = ["a", "b,c", "", "\u0000", "__proto__", "😀"];

function valueOf(type: string, pick: number): number | boolean | string {
  if (type === "number") return pick % 7 === 0 ? pick * 1e6 : (pick % 13) / 7;
  return type === "boolean" ? pick % 2 === 0 : texts[pick % texts.length]!;
}
