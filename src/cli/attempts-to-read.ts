import { type AttemptId, makeAttemptId, type RunId } from "../core/ids.ts";
import type { Store, TaskRow } from "../store/store.ts";
import type { TaskNumber } from "../server/tasks/find-tasks.ts";

/** An attempt whose log is read, and how far that has come. */
export interface ReadAttempt extends TaskNumber {
  readonly id: AttemptId;
  readonly number: number;
  fromByte: number | undefined;
}

interface Choice {
  /** This task; all if undefined. */
  readonly task: TaskNumber | undefined;
  /** This attempt of each; the last if undefined. */
  readonly number: number | undefined;
}

/**
 * The attempts of a run whose logs are to be read: at first the last one of each task, later those that have come since
 * or still go on. Asks the store only for tasks that have changed.
 */
export class AttemptsToRead {
  readonly #store: Pick<Store, "listTasks">;
  readonly #run: RunId;
  readonly #choice: Choice;
  /** By task, the number of its attempts up to which we have been. */
  readonly #known = new Map<string, number>();
  /** By task, those that may write more. */
  readonly #open = new Map<string, readonly ReadAttempt[]>();
  #seen: number | undefined;

  constructor(store: Pick<Store, "listTasks">, run: RunId, choice: Choice) {
    this.#store = store;
    this.#run = run;
    this.#choice = choice;
  }

  /** Those to read now, in order of tasks and attempts; `version` is that of the run as it was last seen. */
  async next(version: number): Promise<readonly ReadAttempt[]> {
    const changed = version === this.#seen ? [] : await this.#changedTasks();
    for (const row of changed) this.#take(row);
    this.#seen = version;
    const reading = [...this.#open.values()].flat();
    // What has ended writes no more: it is read this once.
    for (const row of changed) this.#dropEnded(row);
    return reading.toSorted((a, b) => a.step - b.step || a.task - b.task || a.number - b.number);
  }

  #changedTasks(): Promise<readonly TaskRow[]> {
    const { task } = this.#choice;
    return this.#store.listTasks(this.#run, {
      ...(task === undefined ? {} : { tasks: [task] }),
      ...(this.#seen === undefined ? {} : { sinceVersion: this.#seen }),
    });
  }

  #take({ step, task, attempts: last }: TaskRow): void {
    const key = keyOf({ step, task });
    const before =
      this.#known.get(key) ?? (this.#seen === undefined && this.#choice.number === undefined ? last - 1 : 0);
    this.#known.set(key, last);
    const added: ReadAttempt[] = [];
    for (let number = Math.max(1, before + 1); number <= last; number++)
      if (number === (this.#choice.number ?? number))
        added.push({ id: makeAttemptId(this.#run, step, task, number), step, task, number, fromByte: undefined });
    this.#open.set(key, [...(this.#open.get(key) ?? []), ...added]);
  }

  #dropEnded(row: TaskRow): void {
    const key = keyOf(row);
    const open = this.#open.get(key)!.filter(({ number }) => row.state === "active" && number === row.attempts);
    if (open.length === 0) this.#open.delete(key);
    else this.#open.set(key, open);
  }
}

function keyOf({ step, task }: TaskNumber): string {
  return `${step}-${task}`;
}
