import { describe, expect, it } from "vitest";
import type { RequestTo } from "../api/operations.ts";
import { LogsToRead } from "./logs-to-read.ts";

/** A run whose tasks change with its version. */
class FakeRun {
  version = 1;
  asked: RequestTo<"listLogs">[] = [];
  readonly #tasks = new Map<string, { attempts: number; open: boolean; version: number }>();

  set(task: string, attempts: number, { open = false } = {}): void {
    this.#tasks.set(task, { attempts, open, version: ++this.version });
  }

  readonly listLogs = (request: RequestTo<"listLogs">) => {
    this.asked.push(request);
    const { task: only, since = -1, after } = request;
    const changed = [...this.#tasks]
      .filter(([task, { version }]) => task === (only ?? task) && version > Number(since))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([task, { attempts, open }]) => ({ task, attempts, open }));
    const from = Number(after ?? 0);
    const next = changed.length > from + 2 ? { next: String(from + 2) } : {};
    return Promise.resolve({ version: this.version, ended: false, tasks: changed.slice(from, from + 2), ...next });
  };
}

function reading(run: FakeRun, choice: { task?: string; attempt?: number; follow?: boolean } = {}) {
  const { task, attempt, follow = true } = choice;
  const logs = new LogsToRead(run, { run: "r", task, attempt, follow });
  return async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const log of logs.round()) found.push(`${log.task}#${log.attempt}`);
    return found;
  };
}

describe("the logs to read", () => {
  it("are the last ones at first, in order of tasks, over any number of pages", async () => {
    const run = new FakeRun();
    run.set("b", 3);
    for (const task of ["a", "c", "d", "e"]) run.set(task, 1);
    expect(await reading(run)()).toEqual(["a#1", "b#3", "c#1", "d#1", "e#1"]);
    expect(run.asked).toHaveLength(3);
  });

  it("are those that go on, and those that have come since", async () => {
    const run = new FakeRun();
    run.set("a", 1, { open: true });
    run.set("b", 1);
    const next = reading(run);
    expect(await next()).toEqual(["a#1", "b#1"]);
    expect(await next()).toEqual(["a#1"]);
    run.set("c", 1, { open: true });
    expect(await next()).toEqual(["c#1", "a#1"]);
  });

  it("are read once more after they have ended", async () => {
    const run = new FakeRun();
    run.set("a", 1, { open: true });
    const next = reading(run);
    await next();
    run.set("a", 1);
    expect(await next()).toEqual(["a#1"]);
    expect(await next()).toEqual([]);
  });

  it("miss none that began and ended between two looks", async () => {
    const run = new FakeRun();
    run.set("a", 1, { open: true });
    const next = reading(run);
    await next();
    run.set("a", 3, { open: true });
    run.set("b", 2);
    expect(await next()).toEqual(["a#1", "a#2", "a#3", "b#1", "b#2"]);
    expect(await next()).toEqual(["a#3"]);
  });

  it("are one attempt of one task when that is asked for", async () => {
    const run = new FakeRun();
    run.set("a", 3);
    run.set("b", 3);
    expect(await reading(run, { task: "a", attempt: 2 })()).toEqual(["a#2"]);
    expect(await reading(run, { attempt: 9 })()).toEqual([]);
  });
});
