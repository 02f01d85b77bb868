import { expect, it } from "vitest";
import type { Digest } from "../../core/ids.ts";
import type { Outputs } from "../../core/output-value.ts";
import { attemptRow, commitFor, ownRun, taskRow } from "./fixtures.ts";
import type { Store, TaskFilter } from "../store.ts";

/** What people and the engine look up. */
export function testReads(open: () => Store): void {
  it("lists tasks in order, page by page and by every condition", async () => {
    const claim = await ownRun(open());
    const { id } = claim.run;
    const row = (step: number, task: number, rest = {}) => taskRow({ step, task, ref: `s${step}[n=${task}]`, ...rest });
    await open().commit(
      commitFor(claim, { tasks: [row(1, 2), row(0, 1), row(0, 0), row(1, 0, { state: "failed", class: "user" })] }),
    );
    await open().commit(
      commitFor(claim, {
        version: 1,
        tasks: [row(0, 1, { state: "failed", class: "timeout" }), row(2, 0, { state: "ready" })],
      }),
    );
    const refs = async (filter: TaskFilter): Promise<string> =>
      (await open().listTasks(id, filter)).map(({ step, task }) => `${step}.${task}`).join(" ");
    expect(await refs({})).toBe("0.0 0.1 1.0 1.2 2.0");
    expect(await refs({ limit: 2 })).toBe("0.0 0.1");
    expect(await refs({ limit: 2, after: { step: 0, task: 1 } })).toBe("1.0 1.2");
    expect(await refs({ steps: [0, 2] })).toBe("0.0 0.1 2.0");
    expect(
      await refs({
        tasks: [
          { step: 1, task: 2 },
          { step: 0, task: 0 },
          { step: 9, task: 9 },
        ],
      }),
    ).toBe("0.0 1.2");
    const twice = { step: 1, task: 2 };
    expect(await refs({ steps: [1], tasks: [twice, { step: 0, task: 0 }, twice], limit: 5 })).toBe("1.2");
    expect(await refs({ states: ["failed"] })).toBe("0.1 1.0");
    expect(await refs({ states: ["failed", "ready"], steps: [0, 2] })).toBe("0.1 2.0");
    expect(await refs({ classes: ["timeout"] })).toBe("0.1");
    expect(await refs({ sinceVersion: 1 })).toBe("0.1 2.0");
    expect(await refs({ sinceVersion: 1, states: ["failed"] })).toBe("0.1");
    expect(await refs({ tasks: [] })).toBe("");
  });

  it("lists attempts of one task, of a step, and those that have not ended", async () => {
    const claim = await ownRun(open());
    const { id } = claim.run;
    const attempts = [
      attemptRow(id, { number: 2 }),
      attemptRow(id),
      attemptRow(id, { task: 1 }),
      attemptRow(id, { step: 1 }),
    ];
    await open().commit(commitFor(claim, { newAttempts: attempts }));
    await open().commit(commitFor(claim, { version: 1, attempts: [{ id: attempts[1]!.id, state: "ended" }] }));
    const ids = async (filter: object): Promise<string[]> =>
      (await open().listAttempts(id, filter)).map((attempt) => attempt.id.slice(id.length));
    expect(await ids({})).toEqual(["-0-0-1", "-0-0-2", "-0-1-1", "-1-0-1"]);
    expect(await ids({ step: 0, task: 0 })).toEqual(["-0-0-1", "-0-0-2"]);
    expect(await ids({ step: 1 })).toEqual(["-1-0-1"]);
    expect(await ids({ open: true })).toEqual(["-0-0-2", "-0-1-1", "-1-0-1"]);
    expect(await ids({ open: true, step: 0, task: 0 })).toEqual(["-0-0-2"]);
  });

  it("tells the states of chosen tasks, and nothing of those without a row", async () => {
    const claim = await ownRun(open());
    const tasks = [taskRow({ state: "failed" }), taskRow({ step: 1, task: 4, state: "active" }), taskRow({ task: 2 })];
    await open().commit(commitFor(claim, { tasks }));
    const asked = [
      { step: 1, task: 4 },
      { step: 0, task: 0 },
      { step: 0, task: 1 },
    ];
    const found = await open().taskStates(claim.run.id, asked);
    expect(found.toSorted((x, y) => x.step - y.step)).toEqual([
      { step: 0, task: 0, state: "failed" },
      { step: 1, task: 4, state: "active" },
    ]);
    expect(await open().taskStates(claim.run.id, [])).toEqual([]);
  });

  it("counts attempts alive by run, step and platform", async () => {
    const claim = await ownRun(open());
    const { id } = claim.run;
    const newAttempts = [attemptRow(id), attemptRow(id, { task: 1 }), attemptRow(id, { step: 1, platform: "noop" })];
    await open().commit(commitFor(claim, { newAttempts }));
    await open().commit(commitFor(claim, { version: 1, attempts: [{ id: newAttempts[0]!.id, state: "ended" }] }));
    expect(await open().openAttempts([id])).toEqual([
      { run: id, step: 0, platform: "local", running: 1 },
      { run: id, step: 1, platform: "noop", running: 1 },
    ]);
    expect(await open().openAttempts([])).toEqual([]);
  });

  it("works out the medians of what steps yielded, anew for each version of the run", async () => {
    const claim = await ownRun(open());
    const made = (task: number, outputs: Outputs) => taskRow({ task, state: "succeeded", outputs });
    const number = (value: number): Outputs => ({ auc: { value }, note: { value: "7" }, more: { value: { auc: 9 } } });
    const tasks = [
      made(0, number(0.5)),
      made(1, number(-2)),
      made(2, number(3)),
      made(3, { auc: { value: 100 }, note: { value: "\u0000" } }),
      taskRow({ task: 4, state: "failed", outputs: number(1000) }),
      made(5, { auc: { value: null } }),
    ];
    await open().commit(commitFor(claim, { tasks }));
    const { id } = claim.run;
    const medians = [{ step: "train", output: "auc", median: 0.5 }];
    expect(await open().outputMedians({ id, version: 1 })).toEqual(medians);
    await open().commit(commitFor(claim, { version: 1, tasks: [made(1, number(7))] }));
    expect(await open().outputMedians({ id, version: 1 })).toEqual(medians);
    expect(await open().outputMedians({ id, version: 2 })).toEqual([{ step: "train", output: "auc", median: 3 }]);
  });

  it("learns the mean duration of steps", async () => {
    const pipeline = `durations-${Math.random()}`;
    await open().learnDurations(pipeline, {
      train: { count: 2, meanMs: 100 },
      never: { count: 0, meanMs: Number.NaN },
    });
    await open().learnDurations(pipeline, { train: { count: 2, meanMs: 200 }, compare: { count: 1, meanMs: 5 } });
    expect(await open().stepDurations(pipeline)).toEqual({ train: 150, compare: 5 });
    // However many came before, new ones move the mean.
    await open().learnDurations(pipeline, { train: { count: 1e9, meanMs: 150 } });
    await open().learnDurations(pipeline, { train: { count: 1000, meanMs: 250 } });
    expect((await open().stepDurations(pipeline))["train"]).toBeCloseTo(200, 0);
    expect(await open().stepDurations("another")).toEqual({});
  });

  it("names every digest that a run refers to", async () => {
    const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}` as Digest;
    const claim = await ownRun(open(), { run: { code: digest("a") } });
    const model = { type: "file", digest: digest("b"), bytes: 1, name: "model.pkl" } as const;
    const spec = {
      inputs: {
        data: { artifact: { ...model, digest: digest("c") } },
        rows: { rows: [{ key: {}, item: { artifact: { ...model, digest: digest("d") } } }] },
      },
    };
    const tasks = [taskRow({ state: "succeeded", outputs: { model: { artifact: model }, auc: { value: 0.5 } } })];
    await open().commit(
      commitFor(claim, { tasks, newAttempts: [attemptRow(claim.run.id, { spec, code: digest("e") })] }),
    );
    await open().addRequest(claim.run.id, { type: "restart", tasks: [], code: digest("f") }, "anna");
    const referred = await open().referredDigests();
    expect(["a", "b", "c", "d", "e", "f"].filter((letter) => !referred.has(digest(letter)))).toEqual([]);
    expect(referred.has(digest("0"))).toBe(false);
  });
}
