import { FlotillaError } from "../../src/core/errors.ts";
import type { AttemptId, Digest, EngineId, RunId } from "../../src/core/ids.ts";
import type { Plan } from "../../src/core/plan.ts";
import { runStateFacts } from "../../src/core/task-state.ts";
import type {
  AttemptRow,
  Claim,
  Commit,
  CommitResult,
  Fault,
  ClaimOptions,
  NewRun,
  PoolRow,
  Request,
  RequestRow,
  RunRow,
  Store,
  TaskRow,
  TokenRow,
} from "../../src/store/store.ts";

interface StoredRun {
  row: RunRow;
  leaseEndsAt: number;
  faults: number;
  tasks: Map<string, TaskRow>;
  attempts: Map<AttemptId, AttemptRow>;
}

/**
 * A store in memory, as far as an engine needs one: each method is one atomic step, with the outcomes that PostgreSQL has
 * behind the `Store` interface. The simulation wraps it with delays and faults.
 */
export class MemoryStore implements Store {
  readonly runs = new Map<RunId, StoredRun>();
  readonly plans = new Map<string, Plan>();
  readonly poolRows = new Map<string, { capacity: number; used: number }>();
  readonly requests: (RequestRow & { handled: boolean })[] = [];
  readonly durations = new Map<string, Record<string, number>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async createRun(run: NewRun): Promise<RunId> {
    if (this.runs.has(run.id)) return run.id;
    this.plans.set(run.planHash, run.plan);
    const row: RunRow = {
      id: run.id,
      pipeline: run.plan.pipeline,
      planHash: run.planHash,
      code: run.code,
      selection: run.plan.selection.name,
      params: run.plan.params,
      state: "running",
      why: "",
      fence: 0,
      owner: undefined,
      leased: false,
      quarantined: false,
      version: 0,
      counts: run.counts,
      startedBy: run.startedBy,
      createdAt: this.#now(),
      startedAt: undefined,
      endedAt: undefined,
      project: run.project,
      file: run.file,
      changedParams: run.changedParams,
      profile: run.profile,
      platforms: run.platforms,
    };
    this.runs.set(run.id, { row, leaseEndsAt: 0, faults: 0, tasks: new Map(), attempts: new Map() });
    return run.id;
  }

  async claim({ engine, leaseMs, run, insteadOf, profile }: ClaimOptions): Promise<Claim | undefined> {
    for (const [id, stored] of this.runs) {
      if (run !== undefined && id !== run) continue;
      if (profile !== undefined && stored.row.profile !== profile) continue;
      if (stored.row.owner !== undefined && stored.row.owner !== insteadOf && stored.leaseEndsAt > this.#now())
        continue;
      if (stored.row.quarantined || (stored.row.owner === undefined && stored.leaseEndsAt > this.#now())) continue;
      const asked = this.requests.some((request) => request.run === id && !request.handled);
      if (run === undefined && runStateFacts[stored.row.state].ended && !asked) continue;
      const fence = stored.row.fence + 1;
      stored.leaseEndsAt = this.#now() + leaseMs;
      stored.row = { ...stored.row, fence, owner: engine, leased: true };
      return { run: stored.row, fence };
    }
    return undefined;
  }

  async renew({
    engine,
    leaseMs,
    runs,
  }: {
    engine: EngineId;
    leaseMs: number;
    runs: readonly { run: RunId; fence: number }[];
  }): Promise<readonly RunId[]> {
    return runs
      .filter(({ run, fence }) => {
        const stored = this.runs.get(run);
        if (stored === undefined || stored.row.fence !== fence || stored.row.owner !== engine) return false;
        stored.leaseEndsAt = this.#now() + leaseMs;
        return true;
      })
      .map(({ run }) => run);
  }

  async release(run: RunId, fence: number): Promise<void> {
    const stored = this.runs.get(run);
    if (stored?.row.fence !== fence) return;
    stored.row = { ...stored.row, owner: undefined, leased: false };
    stored.leaseEndsAt = 0;
  }

  async recordFault({ run, fence, most, waitMs, why }: Fault): Promise<void> {
    const stored = this.runs.get(run);
    if (stored?.row.fence !== fence) return;
    const quarantined = ++stored.faults >= most;
    stored.leaseEndsAt = this.#now() + waitMs;
    stored.row = { ...stored.row, fence: fence + 1, version: stored.row.version + 1, owner: undefined, quarantined };
    if (quarantined)
      stored.row = { ...stored.row, state: stored.row.state === "running" ? "paused" : stored.row.state, why };
  }

  async commit(commit: Commit): Promise<CommitResult> {
    const stored = this.runs.get(commit.run);
    if (stored === undefined || stored.row.fence !== commit.fence) return { type: "lost" };
    if (stored.row.version === commit.version + 1) return { type: "committed", version: stored.row.version };
    const wanted = new Map<string, number>();
    for (const { holds = {} } of [...commit.newAttempts, ...commit.attempts])
      for (const name in holds) wanted.set(name, (wanted.get(name) ?? 0) + holds[name]!);
    const given = new Map<string, number>();
    for (const change of commit.attempts) {
      const attempt = stored.attempts.get(change.id);
      if (change.state !== "ended" || attempt === undefined || attempt.state === "ended") continue;
      const holds = change.holds ?? attempt.holds;
      for (const name in holds) given.set(name, (given.get(name) ?? 0) + holds[name]!);
    }
    for (const [name, units] of wanted) {
      const pool = this.poolRows.get(name);
      if (pool !== undefined && pool.used + units - (given.get(name) ?? 0) > pool.capacity)
        return { type: "full", pools: await this.pools() };
    }
    for (const [name, units] of wanted) if (this.poolRows.has(name)) this.poolRows.get(name)!.used += units;
    for (const [name, units] of given) if (this.poolRows.has(name)) this.poolRows.get(name)!.used -= units;
    for (const task of commit.tasks) stored.tasks.set(`${task.step}-${task.task}`, task);
    for (const attempt of commit.newAttempts) stored.attempts.set(attempt.id, attempt);
    for (const change of commit.attempts) {
      const attempt = stored.attempts.get(change.id);
      if (attempt !== undefined) stored.attempts.set(change.id, { ...attempt, ...change });
    }
    for (const request of this.requests) if (commit.handled.includes(request.id)) request.handled = true;
    const version = stored.row.version + 1;
    stored.row = { ...stored.row, version, counts: commit.counts };
    if (commit.state !== undefined) {
      const { state, why, startedAt, endedAt, code } = commit.state;
      stored.row = { ...stored.row, state, why, startedAt, endedAt, code: code ?? stored.row.code };
    }
    return { type: "committed", version };
  }

  async addRequest(run: RunId, request: Request, by: string): Promise<number> {
    const id = this.requests.length + 1;
    const stored = this.runs.get(run);
    if (stored !== undefined && stored.faults > 0) {
      stored.faults = 0;
      stored.row = { ...stored.row, quarantined: false };
    }
    this.requests.push({ id, run, request, by, handled: false });
    return id;
  }

  async openRequests(runs: readonly RunId[]): Promise<readonly RequestRow[]> {
    return this.requests.filter(({ run, handled }) => !handled && runs.includes(run));
  }

  async setPools(capacities: Readonly<Record<string, number>>): Promise<void> {
    for (const name in capacities)
      this.poolRows.set(name, { capacity: capacities[name]!, used: this.poolRows.get(name)?.used ?? 0 });
  }

  async pools(): Promise<readonly PoolRow[]> {
    return [...this.poolRows].map(([name, pool]) => ({ name, ...pool }));
  }

  async getRun(run: RunId): Promise<RunRow | undefined> {
    return this.runs.get(run)?.row;
  }

  async listRuns(): Promise<readonly RunRow[]> {
    return [...this.runs.values()].map(({ row }) => row).toReversed();
  }

  async getPlan(hash: string): Promise<Plan | undefined> {
    return this.plans.get(hash);
  }

  async listTasks(run: RunId): Promise<readonly TaskRow[]> {
    return [...(this.runs.get(run)?.tasks.values() ?? [])].toSorted((a, b) => a.step - b.step || a.task - b.task);
  }

  async listAttempts(run: RunId, filter: { open?: boolean } = {}): Promise<readonly AttemptRow[]> {
    return [...(this.runs.get(run)?.attempts.values() ?? [])].filter(
      ({ state }) => filter.open !== true || state !== "ended",
    );
  }

  /** What only people ask for. */
  readonly readColumns = notSimulated;
  readonly answered = notSimulated;
  readonly pipelineUses = notSimulated;
  readonly taskStates = notSimulated;
  readonly openAttempts = notSimulated;
  readonly outputMedians = notSimulated;

  async stepDurations(pipeline: string): Promise<Readonly<Record<string, number>>> {
    return this.durations.get(pipeline) ?? {};
  }

  async learnDurations(
    pipeline: string,
    samples: Readonly<Record<string, { count: number; meanMs: number }>>,
  ): Promise<void> {
    this.durations.set(
      pipeline,
      Object.fromEntries(Object.entries(samples).map(([step, { meanMs }]) => [step, meanMs])),
    );
  }

  async tokens(): Promise<readonly TokenRow[]> {
    return [];
  }

  async addToken(): Promise<boolean> {
    return false;
  }

  async removeToken(): Promise<boolean> {
    return false;
  }

  async referredDigests(): Promise<ReadonlySet<Digest>> {
    return new Set();
  }

  async deleteRuns(): Promise<readonly RunId[]> {
    return [];
  }

  onHint(): () => void {
    return () => undefined;
  }

  async close(): Promise<void> {
    // Nothing is held.
  }
}

async function notSimulated(): Promise<never> {
  throw new FlotillaError("INTERNAL", "the simulation does not read this");
}
