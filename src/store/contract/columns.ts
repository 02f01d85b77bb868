import { expect, it } from "vitest";
import { retryClasses } from "../../core/retry-class.ts";
import { taskStates } from "../../core/task-state.ts";
import type { RunId } from "../../core/ids.ts";
import { attemptRow, commitFor, ownRun, taskRow } from "./fixtures.ts";
import type { ColumnReader, Store } from "../store.ts";

/** Rows as columns, for whoever reads many. */
export function testColumns(open: () => Store): void {
  const everything = { from: { step: 0, task: 0 }, to: { step: 9, task: 0 } };

  async function twoCommits(): Promise<RunId> {
    const claim = await ownRun(open());
    const { id } = claim.run;
    const value = (auc: number, note: string) => ({
      auc: { value: auc },
      note: { value: note },
      "it's": { value: true },
    });
    const tasks = taskStates.map((state, task) => taskRow({ task, state, attempts: task, endedAt: task * 1.5 }));
    const failed = { class: "user", cause: "a | b" } as const;
    await open().commit(
      commitFor(claim, {
        tasks: [
          ...tasks,
          taskRow({ step: 1, state: "succeeded", outputs: value(0.5, "x".repeat(300)) }),
          taskRow({ step: 1, task: 1, state: "succeeded", outputs: value(1, "\0") }),
          taskRow({ step: 1, task: 2, state: "failed", ...failed }),
        ],
        newAttempts: [attemptRow(id), attemptRow(id, { step: 1 })],
      }),
    );
    const evidence = { completed: true, startedAt: 3, endedAt: 4.5 };
    await open().commit(
      commitFor(claim, {
        version: 1,
        tasks: [
          taskRow({ step: 1, task: 3, state: "blocked", class: "user" }),
          taskRow({ step: 2, state: "failed", ...failed }),
        ],
        attempts: [{ id: attemptRow(id, { step: 1 }).id, state: "ended", evidence, runningAt: 2, endedAt: 5 }],
      }),
    );
    return id;
  }

  const read = <T>(id: RunId, use: (reader: ColumnReader) => Promise<T>): Promise<T | undefined> =>
    open().readColumns(id, use);

  it("reads states, attempts and times of a range, or of what changed after a version, as columns", async () => {
    const id = await twoCommits();
    const [first, rest, changed] = (await read(id, async (reader) => [
      await reader.tasks({ from: { step: 0, task: 0 }, to: { step: 0, task: 10 } }),
      await reader.tasks({ from: { step: 0, task: 10 }, to: everything.to }),
      await reader.tasks({ since: 1 }),
    ]))!;
    const order = Array.from(first!.tasks.keys()).toSorted((a, b) => first!.tasks[a]! - first!.tasks[b]!);
    expect(order.map((i) => taskStates[first!.states[i]!])).toEqual([...taskStates]);
    expect(order.map((i) => [first!.steps[i], first!.attempts[i], first!.endedAt[i], first!.startedAt[i]])).toEqual(
      taskStates.map((_, task) => [0, task, task * 1.5, Number.NaN]),
    );
    expect([first!.withClass, rest!.withClass, changed!.withClass]).toEqual([0, 3, 2]);
    expect([...rest!.steps.toSorted()]).toEqual([1, 1, 1, 1, 2]);
    expect([...changed!.steps.toSorted()]).toEqual([1, 2]);
  });

  it("gathers failures by class and cause", async () => {
    const id = await twoCommits();
    const failures = (await read(id, (reader) => reader.failures(everything)))!;
    const user = retryClasses.indexOf("user");
    const inOrder = failures.toSorted((a, b) => a.cause.length - b.cause.length);
    expect(inOrder.map((one) => [one.class, one.cause, one.tasks.length])).toEqual([
      [user, "", 1],
      [user, "a | b", 2],
    ]);
    expect((await read(id, (reader) => reader.failures({ since: 1 })))!.map(({ tasks }) => [...tasks])).toEqual([
      [3],
      [0],
    ]);
  });

  it("reads the values of an output: texts cut, null for what is not there or cannot be read", async () => {
    const id = await twoCommits();
    const valuesOf = async (name: string, type: "number" | "boolean" | "string"): Promise<unknown[]> => {
      const range = { from: { step: 1, task: 0 }, to: { step: 1, task: 4 } };
      const { tasks, values } = (await read(id, (reader) => reader.output({ ...range, name, type })))!;
      return values.toSorted((a, b) => tasks[values.indexOf(a)]! - tasks[values.indexOf(b)]!);
    };
    expect(await valuesOf("auc", "number")).toEqual([0.5, null, null, null]);
    expect(await valuesOf("it's", "boolean")).toEqual([true, null, null, null]);
    expect((await valuesOf("note", "string"))[0]).toBe("x".repeat(200));
    expect(await valuesOf("nothing", "number")).toEqual([null, null, null, null]);
    const changed = await read(id, (reader) => reader.output({ since: 1, step: 1, name: "auc", type: "number" }));
    expect(changed).toEqual({ tasks: Int32Array.of(3), values: [null] });
  });

  it("reads attempts of a range, or those whose tasks changed and those that go on", async () => {
    const id = await twoCommits();
    const attempts = (await read(id, (reader) => reader.attempts({ from: { step: 1, task: 0 }, to: everything.to })))!;
    expect(attempts).toMatchObject({
      steps: Int32Array.of(1),
      numbers: Int32Array.of(1),
      runningAt: Float64Array.of(2),
    });
    expect([attempts.workStartedAt[0], attempts.workEndedAt[0], attempts.endedAt[0]]).toEqual([3, 4.5, 5]);
    const since = (await read(id, (reader) => reader.attempts({ since: 2 })))!;
    expect([since.steps[0], since.tasks.length, since.endedAt[0], since.workStartedAt[0]]).toEqual([
      0,
      1,
      Number.NaN,
      Number.NaN,
    ]);
  });

  it("reads all of one moment, whatever is committed meanwhile, and nothing of a run that is not there", async () => {
    const claim = await ownRun(open());
    const seen = await open().readColumns(claim.run.id, async (reader, { version }) => {
      await open().commit(commitFor(claim, { tasks: [taskRow()] }));
      return [version, (await reader.tasks(everything)).tasks.length, (await reader.attempts(everything)).tasks.length];
    });
    expect(seen).toEqual([0, 0, 0]);
    expect(await read("r00000000none" as RunId, () => Promise.reject(new Error("called")))).toBeUndefined();
  });
}
