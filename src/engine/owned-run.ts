import type { Limit } from "../core/held-back.ts";
import type { LiveAttempt, LiveRun } from "../core/live-run.ts";
import type { AttemptId, Digest } from "../core/ids.ts";
import type { AttemptSpec } from "../platforms/platform.ts";
import type { Effect } from "../core/run-event.ts";

/** A run that this engine owns, as long as its fence is the store's. */
export interface OwnedRun {
  readonly live: LiveRun;
  readonly fence: number;
  /** The run's version as of our last commit. */
  version: number;
  /** The code that new attempts run from; a restart brings its own. */
  code: Digest | undefined;
  /** For each step, the expected time from its start to the end of the run. */
  readonly remainingMs: readonly number[];
  /** How long an attempt of a step ran in earlier runs, by the step's name. */
  readonly usualMs: Readonly<Record<string, number>>;
  /** What the attempts that are alive were given. */
  readonly specs: Map<AttemptId, AttemptSpec>;
  /** For each step, the limit that last kept a ready task of it from starting, and when. */
  readonly heldBack: Map<number, { readonly by: Limit; readonly at: number }>;
  /** To be done outside once what led to it is committed. */
  effects: Effect[];
  /** Requests that the next commit carries out. */
  handled: number[];
  /** All requests taken in so far: the store may name one again before it has heard of the commit. */
  readonly requestsSeen: Set<number>;
  /** Until when, by the monotonic clock, nobody else may take the run. */
  leaseEndsAt: number;
  /** Sums of the durations of succeeded attempts by step, for the next run's forecast. */
  readonly durations: Map<string, { count: number; totalMs: number }>;
}

/** How long an attempt of a step runs, in milliseconds: as in this run so far, else as in those before it. */
export function expectedMs({ durations, live, usualMs }: OwnedRun, step: number): number | undefined {
  const { name } = live.plan.steps[step]!;
  const sum = durations.get(name);
  return sum === undefined ? usualMs[name] : sum.totalMs / sum.count;
}

/** What has kept a task from starting since it was ready; undefined where nothing has. */
export function limitWaitedFor({ heldBack, live }: OwnedRun, step: number, task: number): Limit | undefined {
  const last = heldBack.get(step);
  const readyAt = live.steps[step]!.memory.get(task)?.readyAt;
  return last !== undefined && readyAt !== undefined && last.at >= readyAt ? last.by : undefined;
}

/** What an attempt is told now: once it has come out from behind another, no more of that one. */
export function specFor({ specs }: OwnedRun, { id, behind }: LiveAttempt): AttemptSpec | undefined {
  const spec = specs.get(id);
  if (spec === undefined || spec.behind === behind) return spec;
  const { behind: was, ...rest } = spec;
  return rest;
}

export function learnDuration(owned: OwnedRun, step: number, durationMs: number): void {
  const { name } = owned.live.plan.steps[step]!;
  const sum = owned.durations.get(name) ?? { count: 0, totalMs: 0 };
  owned.durations.set(name, { count: sum.count + 1, totalMs: sum.totalMs + durationMs });
}
