import type { RunId } from "../../core/ids.ts";
import { taskStateFacts } from "../../core/task-state.ts";
import type { AttemptChange, Claim, Commit, CommitResult, Store, TaskRow } from "../../store/store.ts";
import type { Metrics, Spot } from "./metrics.ts";

/**
 * A store that measures what passes through it. All that an engine does is committed, so its tasks are measured here too,
 * without the engine knowing.
 */
export function measuredStore(store: Store, metrics: Metrics): Store {
  const tasks = new TaskMeter(metrics);
  return new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown;
      if (typeof method !== "function" || name === "onHint" || name === "close") return method;
      return async (...args: unknown[]) => {
        const started = performance.now();
        let failed = true;
        try {
          const answer: unknown = await (method as (...args: unknown[]) => Promise<unknown>).apply(target, args);
          failed = false;
          tasks.look(String(name), args, answer);
          return answer;
        } finally {
          metrics.storeCall(String(name), (performance.now() - started) / 1000, failed);
        }
      };
    },
  });
}

/** A task with an attempt under way, as far as commits have told. */
interface Underway {
  readonly spot: Spot;
  readonly readyAt: number | undefined;
  runningAt?: number;
}

interface KnownRun {
  readonly pipeline: string;
  readonly underway: Map<string, Underway>;
}

/** Reads out of claims and commits what became of tasks. */
class TaskMeter {
  readonly #metrics: Metrics;
  readonly #runs = new Map<RunId, KnownRun>();

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  look(call: string, args: readonly unknown[], answer: unknown): void {
    if (call === "claim" && answer !== undefined) {
      const { run } = answer as Claim;
      this.#runs.set(run.id, { pipeline: run.pipeline, underway: new Map() });
    } else if (call === "commit" && (answer as CommitResult).type === "committed") this.#measure(args[0] as Commit);
    else if (call === "release") this.#runs.delete(args[0] as RunId);
  }

  #measure({ run, tasks, attempts }: Commit): void {
    const known = this.#runs.get(run);
    if (known === undefined) return;
    const { pipeline, underway } = known;
    for (const task of tasks) {
      const spot = { pipeline, step: stepOf(task) };
      if (task.state === "active") underway.set(`${task.step}-${task.task}`, { spot, readyAt: task.readyAt });
      else if (taskStateFacts[task.state].settled) this.#metrics.settled(spot, task.state);
    }
    for (const attempt of attempts) this.#measureAttempt(underway, attempt);
  }

  #measureAttempt(underway: KnownRun["underway"], { id, state, runningAt, endedAt }: AttemptChange): void {
    const key = taskOf(id);
    const task = underway.get(key);
    if (task === undefined) return;
    if (task.runningAt === undefined && runningAt !== undefined) {
      task.runningAt = runningAt;
      if (task.readyAt !== undefined) this.#metrics.started(task.spot, (runningAt - task.readyAt) / 1000);
    }
    if (state !== "ended") return;
    underway.delete(key);
    if (task.runningAt !== undefined && endedAt !== undefined)
      this.#metrics.attemptEnded(task.spot, (endedAt - task.runningAt) / 1000);
  }
}

/** `r…-<step>-<task>-<number>` without run and number. */
function taskOf(attempt: string): string {
  return attempt.split("-").slice(1, 3).join("-");
}

/** `train[origin=JFK]` is a task of `train`. */
function stepOf({ ref }: TaskRow): string {
  const bracket = ref.indexOf("[");
  return bracket === -1 ? ref : ref.slice(0, bracket);
}
