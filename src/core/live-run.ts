import type { AttemptId, RunId } from "./ids.ts";
import type { Evidence } from "./evidence.ts";
import type { JsonObject } from "./json.ts";
import type { Outputs } from "./output-value.ts";
import type { Plan, Resources } from "./plan.ts";
import type { RetryClass } from "./retry-class.ts";
import type { BudgetsUsed } from "./retry.ts";
import {
  type AttemptState,
  type RunState,
  type StateCounts,
  type TaskState,
  noCounts,
  taskStates,
} from "./task-state.ts";
import type { Topology } from "./topology.ts";
import { DueTimes } from "./due-times.ts";
import { ReadyQueue } from "./ready-queue.ts";

/**
 * A run as its owner holds it: what `transition` reads and writes. A task is a number in typed arrays; only a task about
 * which there is something to remember (an attempt, a failure) has an object. A million waiting tasks cost a few megabytes.
 *
 * `transition` changes it in place, because a million tasks cannot be copied for each event; nothing else may.
 */
export interface LiveRun {
  readonly id: RunId;
  readonly plan: Plan;
  readonly topology: Topology;
  readonly steps: readonly LiveStep[];
  state: RunState;
  why: string;
  /** How a run that is `cancelling` will end. */
  endsAs: "cancelled" | "failed";
  startedAt: number | undefined;
  endedAt: number | undefined;
  /** Tasks that are not settled. */
  open: number;
  readonly active: Map<AttemptId, LiveAttempt>;
  /** By the attempt that has the place now: the one that takes it over (see `succession.ts`). */
  readonly followers: Map<AttemptId, AttemptId>;
  /** When backoffs and time limits are due. */
  readonly due: DueTimes;
  /** What has changed since the last commit. */
  changes: Changes;
}

export interface LiveStep {
  readonly index: number;
  readonly size: number;
  /** Indices into `taskStates`. */
  readonly state: Uint8Array;
  /** For each task, how many of the tasks it needs are not settled yet, over all edges. */
  readonly unsettled: Int32Array;
  /** Attempts so far, over all restarts. */
  readonly attempts: Uint16Array;
  readonly counts: StateCounts;
  /** What succeeded tasks yielded; absent for steps without outputs. */
  readonly outputs: (Outputs | undefined)[];
  readonly memory: Map<number, TaskMemory>;
  /** Why tasks that wait will run, where it is not merely that what they need is there: somebody restarted them. */
  readonly reasons: Map<number, string>;
  readonly ready: ReadyQueue;
  /** Attempts alive, without those that are behind another. */
  active: number;
}

/** What is remembered about a task beyond its state. */
export interface TaskMemory {
  why: string;
  used: BudgetsUsed;
  class: RetryClass | undefined;
  cause: string | undefined;
  error: string | undefined;
  readyAt: number | undefined;
  startedAt: number | undefined;
  endedAt: number | undefined;
  dueAt: number | undefined;
}

export interface LiveAttempt {
  readonly id: AttemptId;
  readonly step: number;
  readonly task: number;
  readonly number: number;
  readonly platform: string;
  readonly why: string;
  /** The limit that it had to wait for; undefined if it had not to. */
  readonly waitedFor: string | undefined;
  readonly resources: Resources;
  /** Nothing as long as it is behind another. */
  holds: Readonly<Record<string, number>>;
  /** The attempt whose place it takes when that has ended. */
  behind: AttemptId | undefined;
  state: AttemptState;
  readonly intendedAt: number;
  runningAt: number | undefined;
  endedAt: number | undefined;
  handle: JsonObject | undefined;
  class: RetryClass | undefined;
  evidence: Evidence | undefined;
  /**
   * We have asked the platform to end it; `superseded`: because what it read is being made anew; `withdrawn`: only if it
   * has not begun.
   */
  ending: "cancel" | "timeout" | "superseded" | "withdrawn" | undefined;
}

export interface Changes {
  run: boolean;
  /** Per step, the tasks whose row has changed. */
  readonly tasks: readonly Set<number>[];
  readonly newAttempts: Set<LiveAttempt>;
  readonly attempts: Set<LiveAttempt>;
  /** Attempts that came out from behind another, with that one where it has not ended yet. */
  readonly placed: Map<LiveAttempt, AttemptId | undefined>;
}

/** A run in which nothing has happened yet: every task waits. */
export function makeLiveRun(id: RunId, plan: Plan, topology: Topology): LiveRun {
  const steps = topology.steps.map(({ index, size }): LiveStep => {
    const counts = noCounts();
    counts.waiting = size;
    const priority = plan.steps[index]!.priority;
    return {
      index,
      size,
      state: new Uint8Array(size),
      unsettled: new Int32Array(size),
      attempts: new Uint16Array(size),
      counts,
      outputs: [],
      memory: new Map(),
      reasons: new Map(),
      ready: new ReadyQueue("all" in priority ? () => priority.all : (task) => priority.values[priority.of[task]!]!),
      active: 0,
    };
  });
  return {
    id,
    plan,
    topology,
    steps,
    state: "running",
    why: "",
    endsAs: "cancelled",
    startedAt: undefined,
    endedAt: undefined,
    open: steps.reduce((sum, step) => sum + step.size, 0),
    active: new Map(),
    followers: new Map(),
    due: new DueTimes(),
    changes: noChanges(steps.length),
  };
}

export function noChanges(steps: number): Changes {
  return {
    run: false,
    tasks: Array.from({ length: steps }, () => new Set<number>()),
    newAttempts: new Set(),
    attempts: new Set(),
    placed: new Map(),
  };
}

export function hasChanges(changes: Changes): boolean {
  return (
    changes.run ||
    changes.newAttempts.size > 0 ||
    changes.attempts.size > 0 ||
    changes.tasks.some((tasks) => tasks.size > 0)
  );
}

export function mergeChanges(a: Changes, b: Changes): Changes {
  return {
    run: a.run || b.run,
    tasks: a.tasks.map((tasks, step) => new Set([...tasks, ...b.tasks[step]!])),
    newAttempts: new Set([...a.newAttempts, ...b.newAttempts]),
    attempts: new Set([...a.attempts, ...b.attempts]),
    placed: new Map([...a.placed, ...b.placed]),
  };
}

export function stateOf(run: LiveRun, step: number, task: number): TaskState {
  return taskStates[run.steps[step]!.state[task]!]!;
}

export function refOf(run: LiveRun, step: number, task: number): string {
  return run.topology.steps[step]!.taskRef(task);
}

/** The memory of a task, made when there is none. */
export function memoryOf(step: LiveStep, task: number): TaskMemory {
  let memory = step.memory.get(task);
  if (memory === undefined) {
    memory = {
      why: "",
      used: { byClass: {}, attempts: 0 },
      class: undefined,
      cause: undefined,
      error: undefined,
      readyAt: undefined,
      startedAt: undefined,
      endedAt: undefined,
      dueAt: undefined,
    };
    step.memory.set(task, memory);
  }
  return memory;
}
