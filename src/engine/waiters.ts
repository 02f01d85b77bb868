import type { RunId } from "../core/ids.ts";
import type { RunRow } from "../store/store.ts";

/** Those who wait for a run to end. */
export class Waiters {
  readonly #byRun = new Map<RunId, { resolve: (row: RunRow) => void; reject: (error: unknown) => void }[]>();

  get runs(): readonly RunId[] {
    return [...this.#byRun.keys()];
  }

  wait(run: RunId): Promise<RunRow> {
    return new Promise((resolve, reject) => {
      this.#byRun.set(run, [...(this.#byRun.get(run) ?? []), { resolve, reject }]);
    });
  }

  ended(row: RunRow): void {
    for (const { resolve } of this.#take(row.id)) resolve(row);
  }

  failed(run: RunId, error: unknown): void {
    for (const { reject } of this.#take(run)) reject(error);
  }

  #take(run: RunId): { resolve: (row: RunRow) => void; reject: (error: unknown) => void }[] {
    const waiting = this.#byRun.get(run) ?? [];
    this.#byRun.delete(run);
    return waiting;
  }
}
