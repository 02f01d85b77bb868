import { expect, it } from "vitest";
import type { AttemptId } from "../../core/ids.ts";
import { noCounts } from "../../core/task-state.ts";
import { attemptRow, commitFor, engineB, eventually, ownRun, taskRow } from "./fixtures.ts";
import type { Store } from "../store.ts";

let pools = 0;

/** Commits: the fence, repetition, attempts, pools. */
export function testCommits(open: () => Store): void {
  const newPool = async (capacity: number): Promise<string> => {
    const name = `pool-${++pools}`;
    await open().setPools({ [name]: capacity });
    return name;
  };
  const used = async (name: string): Promise<number | undefined> => (await open().pools([name]))[0]?.used;

  it("writes all that happened at once", async () => {
    const claim = await ownRun(open());
    const { id } = claim.run;
    const counts = [{ ...noCounts(), active: 1, waiting: 2 }];
    const task = taskRow({ memory: { used: { user: 1 }, dueAt: null } });
    const attempt = attemptRow(id, { spec: { inputs: { a: { value: 1 } } }, holds: {} });
    const state = { state: "running", why: "started", startedAt: 1_700_000_000_000 } as const;
    expect(await open().commit(commitFor(claim, { counts, state, tasks: [task], newAttempts: [attempt] }))).toEqual({
      type: "committed",
      version: 1,
    });
    expect(await open().getRun(id)).toMatchObject({ version: 1, counts, ...state });
    expect(await open().listTasks(id)).toEqual([task]);
    expect(await open().listAttempts(id)).toEqual([attempt]);
  });

  it("replaces older rows of tasks, and lets attempts go on until they have ended", async () => {
    const claim = await ownRun(open());
    const { id } = claim.run;
    const attempt = attemptRow(id);
    await open().commit(commitFor(claim, { tasks: [taskRow()], newAttempts: [attempt] }));
    const evidence = {
      completed: false,
      exitCode: 1,
      error: { type: "ValueError", message: 'quotes " \\ , {} NULL \u0000 \ud800 🚢\n' },
    };
    const task = taskRow({
      state: "failed",
      class: "user",
      cause: "user: x",
      error: "NULL",
      outputs: { auc: { value: 0.5 } },
      endedAt: 5.25,
    });
    const running = { id: attempt.id, state: "running", handle: { pid: 7 }, runningAt: 3 } as const;
    const ended = { id: attempt.id, state: "ended", class: "user", evidence, endedAt: 4 } as const;
    await open().commit(commitFor(claim, { version: 1, attempts: [running] }));
    await open().commit(commitFor(claim, { version: 2, tasks: [task], attempts: [ended] }));
    await open().commit(commitFor(claim, { version: 3, attempts: [{ ...running, handle: { pid: 8 } }] }));
    expect(await open().listTasks(id)).toEqual([task]);
    expect(await open().listAttempts(id)).toEqual([{ ...attempt, ...running, ...ended }]);
    expect(await open().listAttempts(id, { open: true })).toEqual([]);
  });

  it("changes nothing for an engine that has lost the run, however late it wakes", async () => {
    const claim = await ownRun(open(), { leaseMs: 1 });
    await eventually(async () => !(await open().getRun(claim.run.id))!.leased);
    await open().claim({ engine: engineB, leaseMs: 60_000, run: claim.run.id });
    const pool = await newPool(1);
    const late = commitFor(claim, {
      state: { state: "failed", why: "" },
      tasks: [taskRow()],
      newAttempts: [attemptRow(claim.run.id, { holds: { [pool]: 1 } })],
    });
    expect(await open().commit(late)).toEqual({ type: "lost" });
    expect(await open().getRun(claim.run.id)).toMatchObject({ state: "running", version: 0 });
    expect(await open().listTasks(claim.run.id)).toEqual([]);
    expect(await used(pool)).toBe(0);
  });

  it("answers a repeated commit as the first time, and does nothing twice", async () => {
    const claim = await ownRun(open());
    const pool = await newPool(5);
    const attempt = attemptRow(claim.run.id, { holds: { [pool]: 2 } });
    const start = commitFor(claim, { tasks: [taskRow()], newAttempts: [attempt] });
    const end = commitFor(claim, { version: 1, attempts: [{ id: attempt.id, state: "ended" }] });
    expect([await open().commit(start), await open().commit(start)]).toEqual(
      Array(2).fill({ type: "committed", version: 1 }),
    );
    expect(await used(pool)).toBe(2);
    expect(await Promise.all([open().commit(end), open().commit(end)])).toEqual(
      Array(2).fill({ type: "committed", version: 2 }),
    );
    expect(await used(pool)).toBe(0);
  });

  it("refuses a commit that was made for another version of the run", async () => {
    const claim = await ownRun(open());
    await expect(open().commit(commitFor(claim, { version: 7 }))).rejects.toMatchObject({ code: "INTERNAL" });
  });

  it("refuses a change of another run's attempt", async () => {
    const claim = await ownRun(open());
    await expect(
      open().commit(commitFor(claim, { attempts: [{ id: "r0000000000-0-0-1" as AttemptId, state: "ended" }] })),
    ).rejects.toMatchObject({ code: "INTERNAL" });
  });

  it("takes room from pools with new attempts, and gives it back once when they end", async () => {
    const claim = await ownRun(open());
    const pool = await newPool(4_000_000_000_000);
    const attempts = [1, 2].map((number) => attemptRow(claim.run.id, { number, holds: { [pool]: 1_500_000_000_000 } }));
    await open().commit(commitFor(claim, { newAttempts: attempts }));
    expect(await used(pool)).toBe(3_000_000_000_000);
    const ended = { id: attempts[0]!.id, state: "ended" } as const;
    await open().commit(commitFor(claim, { version: 1, attempts: [ended] }));
    await open().commit(commitFor(claim, { version: 2, attempts: [ended] }));
    expect(await used(pool)).toBe(1_500_000_000_000);
  });

  it("passes room on from an attempt that ends to the one that takes its place", async () => {
    const claim = await ownRun(open());
    const pool = await newPool(2);
    const first = attemptRow(claim.run.id, { number: 1, holds: { [pool]: 2 } });
    const [second, third] = [2, 3].map((number) => attemptRow(claim.run.id, { number, holds: {} }));
    await open().commit(commitFor(claim, { newAttempts: [first, second!, third!] }));
    const placed = { id: second!.id, state: "running", holds: { [pool]: 2 } } as const;
    await open().commit(commitFor(claim, { version: 1, attempts: [{ id: first.id, state: "ended" }, placed] }));
    expect(await used(pool)).toBe(2);
    expect(await open().listAttempts(claim.run.id, { open: true })).toMatchObject([placed, { id: third!.id }]);
    // One that has come and gone between two commits leaves nothing behind.
    const gone = { id: third!.id, state: "ended", holds: { [pool]: 2 } } as const;
    await open().commit(commitFor(claim, { version: 2, attempts: [{ id: second!.id, state: "ended" }, gone] }));
    expect(await used(pool)).toBe(0);
  });

  it("refuses room to one that comes out from behind another as to any", async () => {
    const claim = await ownRun(open());
    const pool = await newPool(3);
    const first = attemptRow(claim.run.id, { number: 1, holds: { [pool]: 2 } });
    const second = attemptRow(claim.run.id, { number: 2, holds: {} });
    await open().commit(commitFor(claim, { newAttempts: [first, second] }));
    const overtaking = { id: second.id, state: "intended", holds: { [pool]: 2 } } as const;
    expect(await open().commit(commitFor(claim, { version: 1, attempts: [overtaking] }))).toMatchObject({
      type: "full",
    });
    expect(await used(pool)).toBe(2);
  });

  it("changes nothing when a pool has no room, and says what there is", async () => {
    const claim = await ownRun(open());
    const [narrow, wide] = [await newPool(3), await newPool(100)];
    const first = attemptRow(claim.run.id, { holds: { [narrow]: 2, [wide]: 2 } });
    await open().commit(commitFor(claim, { newAttempts: [first] }));
    const second = attemptRow(claim.run.id, { number: 2, holds: { [narrow]: 2, [wide]: 2 } });
    const starting = commitFor(claim, { version: 1, tasks: [taskRow()], newAttempts: [second] });
    const result = await open().commit(starting);
    expect(result).toMatchObject({ type: "full" });
    expect(result.type === "full" && result.pools.toSorted((a, b) => a.capacity - b.capacity)).toEqual([
      { name: narrow, capacity: 3, used: 2 },
      { name: wide, capacity: 100, used: 2 },
    ]);
    expect(await open().getRun(claim.run.id)).toMatchObject({ version: 1 });
    expect(await open().listTasks(claim.run.id)).toEqual([]);
    // What ends in the same commit makes room for what starts in it.
    expect(await open().commit({ ...starting, attempts: [{ id: first.id, state: "ended" }] })).toEqual({
      type: "committed",
      version: 2,
    });
    expect([await used(narrow), await used(wide)]).toEqual([2, 2]);
  });

  it("never gives out more than there is, with many runs starting at once", async () => {
    const pool = await newPool(5);
    const other = await newPool(1000);
    const claims = await Promise.all(Array.from({ length: 6 }, () => ownRun(open())));
    let started = 0;
    const startMany = async (claim: (typeof claims)[number], turn: number): Promise<void> => {
      for (let number = 1, version = 0; number <= 5; number++) {
        const holds = turn % 2 === 0 ? { [pool]: 1, [other]: 1 } : { [other]: 1, [pool]: 1 };
        const result = await open().commit(
          commitFor(claim, { version, newAttempts: [attemptRow(claim.run.id, { number, holds })] }),
        );
        if (result.type !== "committed") continue;
        version = result.version;
        started++;
      }
    };
    await Promise.all(claims.map(startMany));
    expect(started).toBe(5);
    expect([await used(pool), await used(other)]).toEqual([5, 5]);
  });

  it("counts what is in use of a pool before anybody limits it, and keeps it when the limit changes", async () => {
    const claim = await ownRun(open());
    const name = `unlimited-${++pools}`;
    await open().commit(commitFor(claim, { newAttempts: [attemptRow(claim.run.id, { holds: { [name]: 7 } })] }));
    expect(await open().pools([name])).toEqual([]);
    await open().setPools({ [name]: 10 });
    await open().setPools({ [name]: 5.9 });
    expect(await open().pools([name])).toEqual([{ name, capacity: 5, used: 7 }]);
    const ended = { id: attemptRow(claim.run.id).id, state: "ended" } as const;
    expect(await open().commit(commitFor(claim, { version: 1, attempts: [ended] }))).toMatchObject({
      type: "committed",
    });
    expect(await used(name)).toBe(0);
  });

  it("forgets the end of a run that goes on again", async () => {
    const claim = await ownRun(open());
    await open().commit(
      commitFor(claim, { state: { state: "failed", why: "one task failed", startedAt: 1, endedAt: 2 } }),
    );
    expect(await open().getRun(claim.run.id)).toMatchObject({ state: "failed", endedAt: 2 });
    await open().commit(commitFor(claim, { version: 1, state: { state: "running", why: "restarted by anna" } }));
    expect(await open().getRun(claim.run.id)).toMatchObject({ state: "running", startedAt: 1, endedAt: undefined });
  });

  it("takes thousands of rows in one commit", async () => {
    const claim = await ownRun(open());
    const { id } = claim.run;
    const pool = await newPool(10_000);
    const tasks = Array.from({ length: 5000 }, (_, task) => taskRow({ task, ref: `train[n=${task}]` }));
    const newAttempts = tasks.map(({ task }) => attemptRow(id, { task, holds: { [pool]: 1 } }));
    expect(await open().commit(commitFor(claim, { tasks, newAttempts }))).toMatchObject({ type: "committed" });
    expect(await used(pool)).toBe(5000);
    const attempts = newAttempts.map((attempt) => ({ id: attempt.id, state: "ended" as const, endedAt: 9 }));
    await open().commit(
      commitFor(claim, {
        version: 1,
        tasks: tasks.map((task) => ({ ...task, state: "succeeded" as const })),
        attempts,
      }),
    );
    expect(await used(pool)).toBe(0);
    expect(await open().listTasks(id, { states: ["succeeded"] })).toHaveLength(5000);
    expect(await open().listAttempts(id, { open: true })).toHaveLength(0);
  });
}
