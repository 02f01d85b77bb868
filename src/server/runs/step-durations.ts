import type { RunId } from "../../core/ids.ts";
import { runStateFacts } from "../../core/task-state.ts";
import type { RunRow, Store } from "../../store/store.ts";

/** So many tasks of a step tell what one takes. */
const sample = 50;
const refreshMs = 2000;

/**
 * How long a task of each step takes: the median of a few that succeeded. Read now and then, and no more once a step has
 * enough of them, so that looking at a large run costs as little as looking at a small one.
 */
export class StepDurations {
  readonly #store: Pick<Store, "listTasks">;
  readonly #medians: (number | undefined)[] = [];
  readonly #sampled: number[] = [];
  #readAt = -Infinity;

  constructor(store: Pick<Store, "listTasks">) {
    this.#store = store;
  }

  /** Milliseconds by step; undefined where nothing is known yet. */
  async of(
    { id, state, counts }: Pick<RunRow, "id" | "state" | "counts">,
    now: number,
  ): Promise<readonly (number | undefined)[]> {
    const wanting = counts.flatMap(({ succeeded }, step) =>
      Math.min(succeeded, sample) > (this.#sampled[step] ?? 0) ? [{ step, succeeded }] : [],
    );
    // The picture that stays is the last one, so it lacks nothing.
    const isDue = runStateFacts[state].ended || now - this.#readAt >= refreshMs;
    if (wanting.length > 0 && isDue) {
      this.#readAt = now;
      for (const { step } of wanting) await this.#read(id, step);
    }
    return this.#medians;
  }

  async #read(run: RunId, step: number): Promise<void> {
    const tasks = await this.#store.listTasks(run, { steps: [step], states: ["succeeded"], limit: sample });
    const took = tasks.flatMap(({ startedAt, endedAt }) =>
      startedAt === undefined || endedAt === undefined ? [] : [endedAt - startedAt],
    );
    this.#sampled[step] = tasks.length;
    this.#medians[step] = took.toSorted((a, b) => a - b)[Math.floor(took.length / 2)];
  }
}
