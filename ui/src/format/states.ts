import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CircleMinus,
  CirclePause,
  CirclePlay,
  CircleSlash,
  CircleStop,
  CircleX,
  Circle,
  ListEnd,
  Recycle,
  TimerReset,
  type LucideIcon,
} from "lucide-react";
import type { RunSummary } from "../../../src/api/schemas/run.ts";
import type { TaskSummary } from "../../../src/api/schemas/task.ts";

export type TaskState = TaskSummary["state"];
export type RunState = RunSummary["state"];
export type RetryClass = NonNullable<TaskSummary["class"]>;
export type StateCounts = Readonly<Record<TaskState, number>>;

interface StateLook {
  readonly icon: LucideIcon;
  /** What a person is told it means. */
  readonly meaning: string;
}

/** In the order of a task's life, as the wire counts them. */
export const taskStates = {
  waiting: { icon: CircleDashed, meaning: "something it needs is not done yet" },
  ready: { icon: Circle, meaning: "everything is there; waits for room" },
  active: { icon: CirclePlay, meaning: "an attempt is under way" },
  backoff: { icon: TimerReset, meaning: "will be tried again in a while" },
  succeeded: { icon: CircleCheck, meaning: "done" },
  failed: { icon: CircleX, meaning: "failed, and will not be tried again by itself" },
  blocked: { icon: Ban, meaning: "something it needs has failed" },
  skipped: { icon: ListEnd, meaning: "nothing to do here" },
  cancelled: { icon: CircleMinus, meaning: "cancelled by a person" },
  reused: { icon: Recycle, meaning: "an earlier result with the same content serves" },
} as const satisfies Record<TaskState, StateLook>;

export const taskStateNames = Object.keys(taskStates) as TaskState[];

/** How they stand in a bar: what is done first, what is to come last. */
export const barOrder: readonly TaskState[] = [
  "succeeded",
  "reused",
  "active",
  "backoff",
  "failed",
  "blocked",
  "cancelled",
  "skipped",
  "ready",
  "waiting",
];

interface RunLook {
  readonly icon: LucideIcon;
  /** The state of tasks whose colour it has. */
  readonly like: TaskState;
  readonly ended: boolean;
}

export const runStates = {
  running: { icon: CircleDot, like: "active", ended: false },
  paused: { icon: CirclePause, like: "backoff", ended: false },
  cancelling: { icon: CircleStop, like: "cancelled", ended: false },
  succeeded: { icon: CircleCheck, like: "succeeded", ended: true },
  failed: { icon: CircleX, like: "failed", ended: true },
  cancelled: { icon: CircleSlash, like: "cancelled", ended: true },
} as const satisfies Record<RunState, RunLook>;

export const runStateNames = Object.keys(runStates) as RunState[];

/** What a class of failures is called, and whose it is. */
export const classWords: Readonly<Record<RetryClass, string>> = {
  user: "failed in your code",
  user_fatal: "marked as final by your code",
  out_of_memory: "ran out of memory",
  disk: "no space left on the disk",
  timeout: "took longer than its limit",
  never_started: "could not be started",
  disrupted: "ended from outside",
  lost: "out of reach",
  capacity: "no room",
  config: "cannot start as it is described",
  infra_transient: "a call to the platform failed",
  engine: "a fault in Flotilla",
};
