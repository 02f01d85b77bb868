import type { AttemptId, Digest, EngineId, RunId } from "../core/ids.ts";
import type { Evidence } from "../core/evidence.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { Plan } from "../core/plan.ts";
import type { RetryClass } from "../core/retry-class.ts";
import type { AttemptState, RunState, StateCounts, TaskState } from "../core/task-state.ts";
import type { Outputs } from "../core/output-value.ts";
import type { ColumnReader } from "./columns.ts";

export type * from "./columns.ts";

/** Times in the store are milliseconds since 1970 by the *database's* clock where they decide (leases), by the engine's elsewhere. */
export interface RunRow {
  readonly id: RunId;
  readonly pipeline: string;
  readonly planHash: string;
  readonly code: Digest | undefined;
  readonly selection: string;
  readonly params: JsonObject;
  readonly state: RunState;
  /** Why it is in this state, in words. */
  readonly why: string;
  /** Grows with each claim; every change by an engine is conditional on it. */
  readonly fence: number;
  readonly owner: EngineId | undefined;
  /** Whether the owner's lease has not run out. */
  readonly leased: boolean;
  /** Faults of ours at this run were too many; no engine takes it until somebody asks something of it. */
  readonly quarantined: boolean;
  /** Grows with each commit; rows changed by a commit carry its number. */
  readonly version: number;
  /** Counts by state, one entry per step of the plan, in plan order. */
  readonly counts: readonly StateCounts[];
  readonly startedBy: string;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** The project folder that the run was started from. */
  readonly project: string;
  /** The pipeline file, relative to the folder of the project that the store belongs to. */
  readonly file: string | undefined;
  /** Names of the parameters that are not as they are by default; undefined where that was not noted. */
  readonly changedParams: readonly string[] | undefined;
  /** Engines of this profile may drive it. */
  readonly profile: string;
  /** The platform behind each name that its steps use; a name that is missing stands for itself. */
  readonly platforms: PlatformNames;
}

/** Real platforms by the names that steps use. */
export type PlatformNames = Readonly<Record<string, string>>;

/** A task that has left `waiting`. `step` and `task` are the plan's numbers. */
export interface TaskRow {
  readonly step: number;
  readonly task: number;
  /** `train[origin=JFK]`. */
  readonly ref: string;
  readonly state: TaskState;
  /** Why it ran, waits, or is blocked, in words. */
  readonly why: string;
  /** Number of attempts so far in this run, over all restarts. */
  readonly attempts: number;
  /** Class of the last attempt that did not succeed. */
  readonly class: RetryClass | undefined;
  /** Failures with an equal cause belong together: class, normalised message, place in the code. */
  readonly cause: string | undefined;
  /** First line of the error. */
  readonly error: string | undefined;
  readonly outputs: Outputs | undefined;
  /** What the pure core needs to go on with it: attempts used up by class, memory grown, due time of a backoff. */
  readonly memory: JsonObject | undefined;
  readonly readyAt: number | undefined;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}

export interface AttemptRow {
  readonly id: AttemptId;
  readonly step: number;
  readonly task: number;
  readonly number: number;
  readonly state: AttemptState;
  readonly platform: string;
  /** Why this attempt was made, in words. */
  readonly why: string;
  /** The limit that it had to wait for: a pool, `run` or `step`; undefined where there was none, or it is not known. */
  readonly waitedFor: string | undefined;
  /** Platform resources and pool units it holds until it has ended, by pool name. */
  readonly holds: Readonly<Record<string, number>>;
  /** Everything it was given (an AttemptSpec), so that it can be repeated. */
  readonly spec: Json;
  readonly code: Digest | undefined;
  readonly handle: JsonObject | undefined;
  readonly class: RetryClass | undefined;
  readonly evidence: Evidence | undefined;
  readonly intendedAt: number;
  readonly runningAt: number | undefined;
  readonly endedAt: number | undefined;
}

export interface NewRun {
  readonly id: RunId;
  readonly plan: Plan;
  readonly planHash: string;
  readonly code: Digest | undefined;
  readonly startedBy: string;
  readonly project: string;
  readonly file?: string;
  readonly changedParams?: readonly string[];
  readonly profile: string;
  readonly platforms: PlatformNames;
  readonly counts: readonly StateCounts[];
}

/** Makes a request safe to send again: `key` is the caller's, `asked` says (as a hash) what was asked with it. */
export interface Once {
  readonly key: string;
  readonly asked: string;
}

/** What a request with a key came to. */
export interface Answered {
  readonly asked: string;
  readonly run: RunId;
  /** What was asked of the run; undefined where the run itself was made. */
  readonly request: Request | undefined;
}

/** Which runs; what is left out does not narrow. */
export interface RunFilter {
  readonly pipeline?: string;
  readonly states?: readonly RunState[];
  readonly project?: string;
  /** How the id begins. */
  readonly idPrefix?: string;
  /** Stands in the id, the pipeline, the selection, the parameters or the name of who started it; upper and lower case alike. */
  readonly search?: string;
  /** The id of the last one of the page before. */
  readonly before?: RunId;
  readonly limit?: number;
}

/** Attempts that have not ended, of one step on one platform. */
export interface OpenAttempts {
  readonly run: RunId;
  readonly step: number;
  readonly platform: string;
  readonly running: number;
}

export interface OutputMedian {
  /** The name of the step, as it stands in a task's reference. */
  readonly step: string;
  readonly output: string;
  readonly median: number;
}

/** How often a pipeline has run. */
export interface PipelineUse {
  readonly pipeline: string;
  readonly runs: number;
  readonly last: RunId;
}

/**
 * All that happened in a run since its last commit, written in one transaction: changed rows replace older ones.
 * The transaction changes nothing unless the run still has this fence.
 */
export interface Commit {
  readonly run: RunId;
  readonly fence: number;
  /**
   * The run's version that the caller has seen. It makes a commit safe to repeat: if the very same one has been made
   * already, and only its answer was lost, it is answered again and nothing is done twice.
   */
  readonly version: number;
  readonly state?: {
    readonly state: RunState;
    readonly why: string;
    readonly startedAt?: number;
    readonly endedAt?: number;
    readonly code?: Digest;
  };
  readonly counts: readonly StateCounts[];
  readonly tasks: readonly TaskRow[];
  /** New attempts (`intended`): their holds are taken from the pools in this same transaction. */
  readonly newAttempts: readonly AttemptRow[];
  /** Attempts that went on. */
  readonly attempts: readonly AttemptChange[];
  /** Requests that this commit carries out. */
  readonly handled: readonly number[];
}

/** A change of an attempt; once `ended`, what it held is given back, exactly once. */
export interface AttemptChange {
  readonly id: AttemptId;
  readonly state: AttemptState;
  /** What it holds from now on, taken in this commit. */
  readonly holds?: Readonly<Record<string, number>>;
  readonly handle?: JsonObject;
  readonly class?: RetryClass;
  readonly evidence?: Evidence;
  readonly runningAt?: number;
  readonly endedAt?: number;
}

export type CommitResult =
  | { readonly type: "committed"; readonly version: number }
  /** The run has another fence: it belongs to somebody else now. Nothing was changed. */
  | { readonly type: "lost" }
  /** A pool has no room for all new attempts (another engine took it). Nothing was changed. */
  | { readonly type: "full"; readonly pools: readonly PoolRow[] };

export interface PoolRow {
  readonly name: string;
  readonly capacity: number;
  readonly used: number;
}

/** What a person asks of a run. Acknowledged once stored; the owner carries it out. */
export type Request =
  | { readonly type: "pause" | "resume" }
  | { readonly type: "cancel" }
  | {
      readonly type: "restart";
      readonly tasks: readonly { readonly step: number; readonly task: number }[];
      readonly code: Digest | undefined;
    };
export interface RequestRow {
  readonly id: number;
  readonly run: RunId;
  readonly request: Request;
  readonly by: string;
}

export interface ClaimOptions {
  readonly engine: EngineId;
  readonly leaseMs: number;
  /** This one; whichever there is if absent. */
  readonly run?: RunId;
  readonly insteadOf?: EngineId;
  /** Only a run that goes by this profile; any if absent. */
  readonly profile?: string;
}

export interface Claim {
  readonly run: RunRow;
  readonly fence: number;
}

export interface Fault {
  readonly run: RunId;
  readonly fence: number;
  /** With so many the run is quarantined. */
  readonly most: number;
  /** Until the run may be taken again. */
  readonly waitMs: number;
  /** Why it is quarantined, should it be so now. */
  readonly why: string;
}

export interface TaskFilter {
  readonly steps?: readonly number[];
  /** Only these tasks, as (step, task) pairs. */
  readonly tasks?: readonly { readonly step: number; readonly task: number }[];
  readonly states?: readonly TaskState[];
  readonly classes?: readonly RetryClass[];
  /** Only rows changed after this version of the run. */
  readonly sinceVersion?: number;
  readonly after?: { readonly step: number; readonly task: number };
  readonly limit?: number;
}

/** Lets somebody use a server. The token itself is nowhere stored. */
export interface TokenRow {
  /** `t` and eight hexadecimal digits. */
  readonly id: string;
  /** Whose it is; no two have the same. */
  readonly name: string;
  readonly role: "viewer" | "operator";
  /** SHA-256 of the token, in hexadecimal digits. */
  readonly hash: string;
  readonly createdAt: number;
}

/**
 * All that outlives a process. PostgreSQL stands behind it; nothing here decides anything.
 * Every method rejects with `STORE_UNREACHABLE` when the server does not answer in time.
 */
export interface Store {
  /**
   * Stores the plan (once per content) and the run, acknowledged when it returns. Repeating it with the same id is harmless.
   * Answers with the run's id, which is that of an earlier run when the same was asked with the same key within a day.
   * Rejects with `CONFLICT` when something else was asked with that key.
   */
  createRun(run: NewRun, once?: Once): Promise<RunId>;
  /**
   * Takes a run whose lease has run out (or that has none), or the given one; the fence grows. A lease of `insteadOf`,
   * an engine known to have ended, does not count. Undefined: nothing to take.
   */
  claim(options: ClaimOptions): Promise<Claim | undefined>;
  /** Prolongs the leases of these runs; answers with those that are still ours. */
  renew(options: {
    engine: EngineId;
    leaseMs: number;
    runs: readonly { run: RunId; fence: number }[];
  }): Promise<readonly RunId[]>;
  /** Gives a run back, so that another engine may take it at once. */
  release(run: RunId, fence: number): Promise<void>;
  commit(commit: Commit): Promise<CommitResult>;
  /**
   * Notes a fault of ours at a run and takes the run from its owner: the fence grows, and after `waitMs` it may be claimed
   * again. With the `most`-th fault since the last request it is quarantined: nobody can claim it, it says `why`, and is paused
   * if it was running. Changes nothing when the run has another fence.
   */
  recordFault(fault: Fault): Promise<void>;

  /** Whatever is asked, it ends a quarantine. With a key as in `createRun`: asked again, it is the same request. */
  addRequest(run: RunId, request: Request, by: string, once?: Once): Promise<number>;
  /** What was answered within a day to a request with this key. */
  answered(key: string): Promise<Answered | undefined>;
  openRequests(runs: readonly RunId[]): Promise<readonly RequestRow[]>;

  /** Sets the capacity of pools; what is in use stays. */
  setPools(capacities: Readonly<Record<string, number>>): Promise<void>;
  pools(names?: readonly string[]): Promise<readonly PoolRow[]>;

  getRun(run: RunId): Promise<RunRow | undefined>;
  /** Newest first. */
  listRuns(filter?: RunFilter): Promise<readonly RunRow[]>;
  /** All pipelines that have runs, by name. */
  pipelineUses(): Promise<readonly PipelineUse[]>;
  getPlan(hash: string): Promise<Plan | undefined>;
  /** In order of (step, task). */
  listTasks(run: RunId, filter?: TaskFilter): Promise<readonly TaskRow[]>;
  /** Lets `read` look at the run, and at its rows as columns, all as of one moment. Undefined: there is no such run. */
  readColumns<T>(run: RunId, read: (reader: ColumnReader, row: RunRow) => Promise<T>): Promise<T | undefined>;
  listAttempts(run: RunId, filter?: { step?: number; task?: number; open?: boolean }): Promise<readonly AttemptRow[]>;
  /** The states of these tasks; those that have no row wait, or are ready. */
  taskStates(
    run: RunId,
    tasks: readonly { readonly step: number; readonly task: number }[],
  ): Promise<readonly { readonly step: number; readonly task: number; readonly state: TaskState }[]>;
  /** Attempts alive in these runs, counted. */
  openAttempts(runs: readonly RunId[]): Promise<readonly OpenAttempts[]>;
  /**
   * The median of each number that each step of an ended run yielded, by step and output. Worked out once per version of
   * the run. A row with characters that JSON in PostgreSQL refuses (`\u0000`) does not count.
   */
  outputMedians(run: Pick<RunRow, "id" | "version">): Promise<readonly OutputMedian[]>;

  /** Learnt durations of a pipeline's steps: mean milliseconds by step name. */
  stepDurations(pipeline: string): Promise<Readonly<Record<string, number>>>;
  learnDurations(pipeline: string, samples: Readonly<Record<string, { count: number; meanMs: number }>>): Promise<void>;

  /** By name. */
  tokens(): Promise<readonly TokenRow[]>;
  /** False: there is one of this name already. */
  addToken(token: TokenRow): Promise<boolean>;
  /** By name or id; false if there is none. */
  removeToken(nameOrId: string): Promise<boolean>;

  /** Digests that any run refers to: of outputs, of what its attempts were given, of code snapshots. May name too many, never too few. */
  referredDigests(): Promise<ReadonlySet<Digest>>;
  /** Removes ended runs and all their rows; answers with those that were removed. */
  deleteRuns(runs: readonly RunId[]): Promise<readonly RunId[]>;

  /** Calls `wake` when a run or a request may have changed. A hint: it may come late, twice or never. */
  onHint(wake: (hint: { readonly run: RunId | undefined }) => void): () => void;
  close(): Promise<void>;
}
