import type { AttemptId, Digest, EngineId, RunId } from "../core/ids.ts";
import { makeAttemptId } from "../core/ids.ts";
import type { Evidence } from "../core/evidence.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { Outputs } from "../core/output-value.ts";
import type { RetryClass } from "../core/retry-class.ts";
import { type AttemptState, noCounts, type RunState, type StateCounts, type TaskState } from "../core/task-state.ts";
import type { AttemptRow, PlatformNames, RunRow, TaskRow } from "./store.ts";

/** Columns of a run as the database names them, and its row in our words. */
export const runColumns = `id, pipeline, plan_hash, code, selection, params, state, why, fence, owner, coalesce(lease_until > clock_timestamp(), false) as leased,
  quarantined, version, counts, started_by, project, file, changed_params, profile, platforms, created_at, started_at, ended_at`;

export interface RunRecord {
  readonly id: string;
  readonly pipeline: string;
  readonly plan_hash: string;
  readonly code: string | null;
  readonly selection: string;
  readonly params: JsonObject;
  readonly state: string;
  readonly why: string;
  readonly fence: number;
  readonly owner: string | null;
  readonly leased: boolean;
  readonly quarantined: boolean;
  readonly version: number;
  readonly counts: readonly Partial<StateCounts>[];
  readonly started_by: string;
  readonly project: string;
  readonly file: string | null;
  readonly changed_params: readonly string[] | null;
  readonly profile: string;
  readonly platforms: PlatformNames;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
}

export function toRunRow(record: RunRecord): RunRow {
  return {
    id: record.id as RunId,
    pipeline: record.pipeline,
    planHash: record.plan_hash,
    code: (record.code ?? undefined) as Digest | undefined,
    selection: record.selection,
    params: record.params,
    state: record.state as RunState,
    why: record.why,
    fence: record.fence,
    owner: (record.owner ?? undefined) as EngineId | undefined,
    leased: record.leased,
    quarantined: record.quarantined,
    version: record.version,
    counts: record.counts.map((counts) => ({ ...noCounts(), ...counts })),
    startedBy: record.started_by,
    createdAt: record.created_at,
    startedAt: record.started_at ?? undefined,
    endedAt: record.ended_at ?? undefined,
    project: record.project,
    file: record.file ?? undefined,
    changedParams: record.changed_params ?? undefined,
    profile: record.profile,
    platforms: record.platforms,
  };
}

/** Written with every commit, so states without tasks are left out. */
export function toCountsText(counts: readonly StateCounts[]): string {
  return JSON.stringify(counts, (_, value: unknown) => (value === 0 ? undefined : value));
}

export const taskColumns =
  "step, task, ref, state, why, attempts, class, cause, error, outputs, memory, ready_at, started_at, ended_at";

export interface TaskRecord {
  readonly step: number;
  readonly task: number;
  readonly ref: string;
  readonly state: string;
  readonly why: string;
  readonly attempts: number;
  readonly class: string | null;
  readonly cause: string | null;
  readonly error: string | null;
  readonly outputs: Outputs | null;
  readonly memory: JsonObject | null;
  readonly ready_at: number | null;
  readonly started_at: number | null;
  readonly ended_at: number | null;
}

export function toTaskRow(record: TaskRecord): TaskRow {
  return {
    step: record.step,
    task: record.task,
    ref: record.ref,
    state: record.state as TaskState,
    why: record.why,
    attempts: record.attempts,
    class: (record.class ?? undefined) as RetryClass | undefined,
    cause: record.cause ?? undefined,
    error: record.error ?? undefined,
    outputs: record.outputs ?? undefined,
    memory: record.memory ?? undefined,
    readyAt: record.ready_at ?? undefined,
    startedAt: record.started_at ?? undefined,
    endedAt: record.ended_at ?? undefined,
  };
}

export const attemptColumns =
  "run_id, step, task, number, state, platform, why, waited_for, holds, spec, code, handle, class, evidence, intended_at, running_at, ended_at";

export interface AttemptRecord {
  readonly run_id: string;
  readonly step: number;
  readonly task: number;
  readonly number: number;
  readonly state: string;
  readonly platform: string;
  readonly why: string;
  readonly waited_for: string | null;
  readonly holds: Readonly<Record<string, number>>;
  readonly spec: Json;
  readonly code: string | null;
  readonly handle: JsonObject | null;
  readonly class: string | null;
  readonly evidence: Evidence | null;
  readonly intended_at: number;
  readonly running_at: number | null;
  readonly ended_at: number | null;
}

export function toAttemptRow(record: AttemptRecord): AttemptRow {
  return {
    id: makeAttemptId(record.run_id as RunId, record.step, record.task, record.number) satisfies AttemptId,
    step: record.step,
    task: record.task,
    number: record.number,
    state: record.state as AttemptState,
    platform: record.platform,
    why: record.why,
    waitedFor: record.waited_for ?? undefined,
    holds: record.holds,
    spec: record.spec,
    code: (record.code ?? undefined) as Digest | undefined,
    handle: record.handle ?? undefined,
    class: (record.class ?? undefined) as RetryClass | undefined,
    evidence: record.evidence ?? undefined,
    intendedAt: record.intended_at,
    runningAt: record.running_at ?? undefined,
    endedAt: record.ended_at ?? undefined,
  };
}
