import { describe, expect, it } from "vitest";
import type { TaskFilter, TaskRow } from "../store/store.ts";
import { AttemptsToRead } from "./attempts-to-read.ts";
import { runId, taskRow } from "./test-rows.ts";

/** A run whose tasks change with its version. */
class FakeRun {
  version = 1;
  asked: TaskFilter[] = [];
  readonly #rows = new Map<string, { row: TaskRow; version: number }>();

  set(over: Partial<TaskRow>): void {
    const row = taskRow(over);
    this.#rows.set(`${row.step}-${row.task}`, { row, version: ++this.version });
  }

  readonly listTasks = (_run: string, filter: TaskFilter = {}): Promise<readonly TaskRow[]> => {
    this.asked.push(filter);
    const found = [...this.#rows.values()].filter(({ row, version }) => {
      const isWanted = filter.tasks?.some(({ step, task }) => step === row.step && task === row.task) ?? true;
      return isWanted && version > (filter.sinceVersion ?? -1);
    });
    return Promise.resolve(found.map(({ row }) => row));
  };
}

function reading(run: FakeRun, choice: { task?: { step: number; task: number }; number?: number } = {}) {
  const attempts = new AttemptsToRead(run, runId, { task: choice.task, number: choice.number });
  return async (): Promise<string[]> =>
    (await attempts.next(run.version)).map(({ step, task, number }) => `${step}.${task}#${number}`);
}

describe("the attempts to read", () => {
  it("are the last ones at first, in order of tasks", async () => {
    const run = new FakeRun();
    run.set({ step: 2, task: 1, attempts: 3 });
    run.set({ step: 1, task: 0, attempts: 1 });
    expect(await reading(run)()).toEqual(["1.0#1", "2.1#3"]);
  });

  it("are those that go on, and those that have come since", async () => {
    const run = new FakeRun();
    run.set({ task: 0, state: "active" });
    run.set({ task: 1, state: "succeeded" });
    const next = reading(run);
    expect(await next()).toEqual(["2.0#1", "2.1#1"]);
    expect(await next()).toEqual(["2.0#1"]);
    run.set({ task: 2, state: "active" });
    expect(await next()).toEqual(["2.0#1", "2.2#1"]);
  });

  it("are read once more after they have ended", async () => {
    const run = new FakeRun();
    run.set({ task: 0, state: "active" });
    const next = reading(run);
    await next();
    run.set({ task: 0, state: "succeeded" });
    expect(await next()).toEqual(["2.0#1"]);
    expect(await next()).toEqual([]);
  });

  it("miss none that began and ended between two looks", async () => {
    const run = new FakeRun();
    run.set({ task: 0, state: "active", attempts: 1 });
    const next = reading(run);
    await next();
    run.set({ task: 0, state: "active", attempts: 3 });
    run.set({ task: 5, state: "failed", attempts: 2 });
    expect(await next()).toEqual(["2.0#1", "2.0#2", "2.0#3", "2.5#1", "2.5#2"]);
    expect(await next()).toEqual(["2.0#3"]);
  });

  it("are one attempt of one task when that is asked for", async () => {
    const run = new FakeRun();
    run.set({ task: 0, attempts: 3 });
    run.set({ task: 1, attempts: 3 });
    expect(await reading(run, { task: { step: 2, task: 0 }, number: 2 })()).toEqual(["2.0#2"]);
    expect(run.asked[0]!.tasks).toEqual([{ step: 2, task: 0 }]);
    expect(await reading(run, { number: 9 })()).toEqual([]);
  });

  it("cost no question while nothing has changed", async () => {
    const run = new FakeRun();
    run.set({ task: 0, state: "active" });
    const next = reading(run);
    for (let look = 0; look < 5; look++) await next();
    expect(run.asked).toHaveLength(1);
  });
});
