import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, viewContext } from "../../../test/helpers/ask-service.ts";
import { fleetPlan } from "../../../test/helpers/fleet-plan.ts";
import { grid, planOf, planStep } from "../../../test/helpers/plans.ts";
import { type Move, moves, PlayedRun } from "../../../test/helpers/played-run.ts";
import { testRows } from "../../../test/helpers/scenario-sets.ts";
import type { RequestTo } from "../../api/operations.ts";
import type { TaskSummary } from "../../api/schemas/task.ts";
import { taskStates } from "../../core/task-state.ts";
import type { Store } from "../../store/store.ts";
import { openTestStore } from "../../store/test-database.ts";
import { listTasks } from "./list-tasks.ts";
import type { ServiceContext } from "./service.ts";

let opened: Awaited<ReturnType<typeof openTestStore>>;
let store: Store;
const folder = join(tmpdir(), "flotilla-no-views");

beforeAll(async () => {
  opened = await openTestStore();
  store = opened.store;
}, 60_000);
afterAll(() => opened.close(), 60_000);

/** All pages, one after the other. */
async function allPages(context: ServiceContext, request: RequestTo<"listTasks">): Promise<TaskSummary[]> {
  const tasks: TaskSummary[] = [];
  for (let after: string | undefined; ;) {
    const page = await ask(context, "listTasks", listTasks, { ...request, ...(after === undefined ? {} : { after }) });
    tasks.push(...page.tasks);
    after = page.next;
    if (after !== undefined) continue;
    expect(tasks.length).toBe(page.total);
    return tasks;
  }
}

type Sorted = Record<string, (task: TaskSummary) => number | string | undefined>;

const sorts: Sorted = {
  step: ({ step }) => ["extract", "features", "train", "check", "mix", "report"].indexOf(step),
  state: ({ state }) => taskStates.indexOf(state),
  attempts: ({ attempts }) => attempts,
  class: (task) => task.class,
  endedAt: ({ endedAt }) => endedAt,
  duration: ({ startedAt, endedAt }) =>
    startedAt === undefined || endedAt === undefined ? undefined : endedAt - startedAt,
  month: ({ key }) => key["month"] as number | undefined,
  "output:auc": ({ values }) => values["auc"] as number | undefined,
};

describe("the list of tasks", { timeout: 120_000 }, () => {
  it("holds every task once, in the order asked for, whatever the size of its pages", async () => {
    await fc.assert(
      fc.asyncProperty(
        testRows,
        moves,
        fc.constantFrom(...Object.keys(sorts)),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        async (rows, history, sort, isDown, limit) => {
          // A document with a NUL in it is in no column, and would be in the row.
          const played = await PlayedRun.begin(store, fleetPlan(rows));
          await played.play(history.filter(({ pick }) => pick % 6 !== 3));
          const context = viewContext(store, played, folder);
          const run = played.owned.live.id;
          const inOrder = await allPages(context, { run, limit: 1000 });
          const { live } = played.owned;
          expect(inOrder.map(({ ref }) => ref)).toEqual(
            live.topology.steps.flatMap((shape) =>
              Array.from({ length: shape.size }, (_, task) => shape.taskRef(task)),
            ),
          );
          expect(inOrder.map(({ state }) => taskStates.indexOf(state))).toEqual(
            live.steps.flatMap(({ state }) => [...state]),
          );
          const valueOf = sorts[sort]!;
          const compare = (a: TaskSummary, b: TaskSummary): number => {
            const [x, y] = [valueOf(a), valueOf(b)];
            if (x === y) return 0;
            if (x === undefined || y === undefined) return x === undefined ? 1 : -1;
            return (x < y ? -1 : 1) * (isDown ? -1 : 1);
          };
          const sorted = await allPages(context, { run, limit, sort: `${isDown ? "-" : ""}${sort}` });
          expect(sorted.map(({ ref }) => ref)).toEqual(inOrder.toSorted(compare).map(({ ref }) => ref));
        },
      ),
      { numRuns: 30 },
    );
  });

  it("is narrowed by step, state, class, cause and conditions, all at once", async () => {
    const pick = <T>(...from: T[]) => fc.subarray(from, { maxLength: 2 });
    const choice = fc.record({
      step: pick("train", "check", "mix"),
      state: pick(...taskStates),
      class: pick("user" as const, "disrupted" as const),
      where: pick("month<=3", "late=true"),
    });
    await fc.assert(
      fc.asyncProperty(testRows, moves, choice, fc.boolean(), async (rows, history, narrowed, withCause) => {
        if (!rows.some(({ late }) => late)) return;
        const played = await PlayedRun.begin(store, fleetPlan(rows));
        await played.play(history);
        const context = viewContext(store, played, folder);
        const run = played.owned.live.id;
        const all = await allPages(context, { run, limit: 1000 });
        const cause = withCause ? all.find((task) => task.cause !== undefined)?.cause : undefined;
        const found = await allPages(context, {
          run,
          limit: 3,
          ...narrowed,
          ...(cause === undefined ? {} : { cause }),
        });
        const meets = ({ month, late }: { month: number; late: boolean }): boolean =>
          narrowed.where.every((where) => (where === "late=true" ? late : month <= 3));
        const expected = all.filter(
          (task) =>
            (narrowed.step.length === 0 || narrowed.step.includes(task.step as "train")) &&
            (narrowed.state.length === 0 || narrowed.state.includes(task.state)) &&
            (narrowed.class.length === 0 || narrowed.class.includes(task.class as "user")) &&
            (cause === undefined || task.cause === cause) &&
            rows.some(
              (row) => meets(row) && Object.entries(task.key).every(([name, value]) => row[name as "origin"] === value),
            ),
        );
        expect(found.map(({ ref }) => ref)).toEqual(expected.map(({ ref }) => ref));
      }),
      { numRuns: 40 },
    );
  });

  const start = (pick: number): Move => ({ type: "start", pick });

  it("says what tasks wait for, in the words of the command line", async () => {
    const played = await PlayedRun.begin(
      store,
      fleetPlan([1, 2, 3].map((month) => ({ origin: "JFK", late: true, month, flights: 1 }))),
    );
    const context = viewContext(store, played, folder);
    const run = played.owned.live.id;
    const why = async (): Promise<Record<string, string>> =>
      Object.fromEntries((await allPages(context, { run })).map((task) => [task.ref, task.why]));
    expect(await why()).toMatchObject({
      extract: "ready; its turn has not come",
      "features[origin=JFK]": "waits for 1 task",
      "train[origin=JFK,late=true,month=1]": "waits for 1 task",
      "train[origin=JFK,late=true,month=2]": "waits for 2 tasks",
      report: "waits for 3 tasks",
    });
    await played.play([start(0), { type: "succeed", pick: 1 }, { type: "pause", pick: 4 }]);
    expect(await why()).toMatchObject({
      extract: "everything it needs is there",
      "features[origin=JFK]": "the run is paused",
    });
  });

  it("shows errors and short values, under hostile names too", async () => {
    const outputs = { ["__proto__"]: { type: "number" }, "a, b": { type: "string" } } as const;
    const played = await PlayedRun.begin(store, planOf(grid({ n: [0, 1] }), [planStep("a b", ["n"], { outputs })]));
    const context = viewContext(store, played, folder);
    await played.play([start(2), { type: "fail", pick: 0 }, { type: "succeed", pick: 1 }]);
    const [first, second] = await allPages(context, { run: played.owned.live.id, sort: "-output:__proto__" });
    expect(first).toMatchObject({ state: "succeeded", ref: "a b[n=1]" });
    expect(Object.entries(first!.values)).toEqual([
      ["__proto__", 1 / 7],
      ["a, b", "b,c"],
    ]);
    expect(second).toMatchObject({
      state: "failed",
      class: "user",
      error: "ValueError: too few rows",
      cause: "a b | user | ValueError: too few rows | m.py:3",
    });
  });

  it.each<[Partial<RequestTo<"listTasks">>, string]>([
    [{ sort: "why" }, "USAGE"],
    [{ sort: "output:nothing" }, "USAGE"],
    [{ after: "nonsense" }, "USAGE"],
    [{ after: Buffer.from('[{"a":1},0,0]').toString("base64url") }, "USAGE"],
    [{ step: "play" }, "TASK_NOT_FOUND"],
    [{ where: "carrier=B6" }, "DIMENSION_UNKNOWN"],
    [{ run: "rzzz" }, "RUN_NOT_FOUND"],
  ])("refuses %j with %s", async (request, code) => {
    const played = await PlayedRun.begin(store, fleetPlan([{ origin: "JFK", late: true, month: 1, flights: 1 }]));
    const context = viewContext(store, played, folder);
    await expect(ask(context, "listTasks", listTasks, { run: played.owned.live.id, ...request })).rejects.toMatchObject(
      { code },
    );
  });
});
