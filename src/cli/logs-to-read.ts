import type { Api, ResponseOf } from "../api/operations.ts";

/** A log that is read, and how far that has come. */
export interface ReadLog {
  readonly task: string;
  /** The number of the attempt. */
  readonly attempt: number;
  fromByte: number | undefined;
}

type ChangedTask = ResponseOf<"listLogs">["tasks"][number];

interface Choice {
  readonly run: string;
  /** This task; all if undefined. */
  readonly task: string | undefined;
  /** This attempt of each; the last if undefined. */
  readonly attempt: number | undefined;
  /** Whether there will be more rounds. Without, nothing is remembered: a run may have a million tasks. */
  readonly follow: boolean;
}

/**
 * The logs of a run that are to be read: in the first round the last one of each task, later those that have come since or
 * still go on. Asks only for tasks that have changed, a page at a time.
 */
export class LogsToRead {
  readonly #api: Pick<Api, "listLogs">;
  readonly #choice: Choice;
  /** By task, the number of its attempts up to which we have been. */
  readonly #known = new Map<string, number>();
  /** By task, those that may grow. */
  readonly #open = new Map<string, readonly ReadLog[]>();
  #seen: number | undefined;
  #hasEnded = false;

  constructor(api: Pick<Api, "listLogs">, choice: Choice) {
    this.#api = api;
    this.#choice = choice;
  }

  /** Whether the run had ended before the last round began, so that nothing was missed in it. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Those to read now: of tasks that have changed, in order of the plan, then of others that go on. */
  async *round(): AsyncGenerator<ReadLog> {
    const others = new Map(this.#open);
    for await (const changed of this.#changedTasks()) {
      others.delete(changed.task);
      yield* this.#take(changed);
    }
    for (const logs of others.values()) yield* logs;
  }

  async *#changedTasks(): AsyncGenerator<ChangedTask> {
    const { run, task } = this.#choice;
    const since = this.#seen;
    for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
      const page = await this.#api.listLogs({
        run,
        ...(task === undefined ? {} : { task }),
        ...(since === undefined ? {} : { since }),
        ...(after === undefined ? {} : { after }),
      });
      this.#hasEnded = page.ended;
      yield* page.tasks;
      after = page.next;
      if (after === undefined) this.#seen = page.version;
    }
  }

  #take({ task, attempts: last, open }: ChangedTask): readonly ReadLog[] {
    const { attempt: chosen, follow } = this.#choice;
    const isFirstRound = this.#seen === undefined;
    const before = this.#known.get(task) ?? (isFirstRound && chosen === undefined ? last - 1 : 0);
    const logs = [...(this.#open.get(task) ?? [])];
    for (let number = Math.max(1, before + 1); number <= last; number++)
      if (number === (chosen ?? number)) logs.push({ task, attempt: number, fromByte: undefined });
    if (follow) {
      this.#known.set(task, last);
      // What has ended writes no more: it is read this once.
      const growing = open ? logs.filter(({ attempt }) => attempt === last) : [];
      if (growing.length === 0) this.#open.delete(task);
      else this.#open.set(task, growing);
    }
    return logs;
  }
}
