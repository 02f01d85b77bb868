import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, viewContext } from "../../../test/helpers/ask-service.ts";
import { fleetPlan } from "../../../test/helpers/fleet-plan.ts";
import { grid, planOf, planStep } from "../../../test/helpers/plans.ts";
import { type Move, moves, PlayedRun } from "../../../test/helpers/played-run.ts";
import { testRows, type TestRow } from "../../../test/helpers/scenario-sets.ts";
import type { Scalar } from "../../core/plan.ts";
import { type TaskState, taskStates } from "../../core/task-state.ts";
import type { Store } from "../../store/store.ts";
import { openTestStore } from "../../store/test-database.ts";
import { countTasks } from "./count-tasks.ts";
import { getFleetAxes } from "./get-fleet-axes.ts";
import { getFleetTile } from "./get-fleet-tile.ts";
import type { ServiceContext } from "./service.ts";

let opened: Awaited<ReturnType<typeof openTestStore>>;
let store: Store;
const folder = join(tmpdir(), "flotilla-no-views");

beforeAll(async () => {
  opened = await openTestStore();
  store = opened.store;
}, 60_000);
afterAll(() => opened.close(), 60_000);

const order: TaskState[] = [
  "failed",
  "blocked",
  "cancelled",
  "backoff",
  "active",
  "ready",
  "waiting",
  "skipped",
  "reused",
  "succeeded",
];

interface Task {
  readonly step: string;
  readonly key: Record<string, unknown>;
  readonly ref: string;
  readonly state: TaskState;
  readonly number: number | undefined;
  readonly labels: ReadonlySet<string>;
}

/** Every task of a run the slow and obvious way: from the run in memory and the rows, one object each. */
async function allTasks(played: PlayedRun): Promise<Task[]> {
  const { live } = played.owned;
  const rows = new Map((await store.listTasks(live.id)).map((row) => [row.ref, row]));
  const { columns, size } = live.plan.scenarios;
  return live.topology.steps.flatMap((shape) =>
    Array.from({ length: shape.size }, (_, task): Task => {
      const ref = shape.taskRef(task);
      const key = shape.keyOf(task);
      const valueIn = (name: string, row: number): Scalar | null => {
        const column = columns.find((one) => one.name === name)!;
        return column.values[column.codes[row]!]!;
      };
      const mine = Array.from({ length: size }, (_each, row) => row).filter((row) =>
        Object.entries(key).every(([name, value]) => valueIn(name, row) === value),
      );
      const output = rows.get(ref)?.outputs?.["auc"];
      const value = output !== undefined && "value" in output ? output.value : undefined;
      const isReadable = !JSON.stringify(rows.get(ref)?.outputs ?? {}).includes("\\u0000");
      return {
        step: shape.name,
        key,
        ref,
        state: taskStates[live.steps[shape.index]!.state[task]!]!,
        number: typeof value === "number" && isReadable ? value : undefined,
        labels: new Set(mine.map((row) => String(valueIn("flights", row) ?? ""))),
      };
    }),
  );
}

async function playedFleet(
  rows: readonly TestRow[],
  history: Move[],
): Promise<{ played: PlayedRun; context: ServiceContext }> {
  const played = await PlayedRun.begin(store, fleetPlan(rows));
  await played.play(history);
  return { played, context: viewContext(store, played, folder) };
}

const sides = fc.constantFrom<[string[], string[]]>(
  [["origin"], ["month"]],
  [["month"], ["late", "origin"]],
  [["origin", "late", "month"], []],
  [[], ["late"]],
);

describe("the heat-map of a step", { timeout: 120_000 }, () => {
  it("shows in each value what matters most of its tasks, as a walk over all tasks finds it", async () => {
    await fc.assert(
      fc.asyncProperty(
        testRows,
        moves,
        sides,
        fc.nat(3),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom([], ["failed", "succeeded"] as TaskState[]),
        async (rows, history, [down, across], start, values, state) => {
          const { played, context } = await playedFleet(rows, history);
          const run = played.owned.live.id;
          const picture = { run, step: "train", rows: down, columns: across };
          const axes = await ask(context, "getFleetAxes", getFleetAxes, picture);
          const tile = await ask(context, "getFleetTile", getFleetTile, {
            ...picture,
            state,
            left: start,
            top: start,
            across: values,
            down: values,
          });
          const place = (labels: string[][], names: string[], key: Task["key"]): number =>
            labels.findIndex((texts) => texts.every((text, i) => text === String(key[names[i]!])));
          const cells = Array.from({ length: tile.across * tile.down }, () => [] as Task[]);
          const tasks = (await allTasks(played)).filter(({ step }) => step === "train");
          expect(axes.rows.length).toBe(axes.height);
          for (const task of tasks) {
            const x = place(axes.columns, across, task.key) - tile.left;
            const y = place(axes.rows, down, task.key) - tile.top;
            expect(x + tile.left).toBeGreaterThanOrEqual(0);
            if (x < 0 || y < 0 || x >= tile.width || y >= tile.height) continue;
            cells[
              Math.floor((y * tile.down) / tile.height) * tile.across + Math.floor((x * tile.across) / tile.width)
            ]!.push(task);
          }
          const expected = cells.map((inCell) => {
            const shown = inCell.filter((task) => state.length === 0 || state.includes(task.state));
            if (shown.length > 0)
              return taskStates.indexOf(order.find((one) => shown.some((task) => task.state === one))!);
            return inCell.length === 0 ? 255 : 254;
          });
          expect([...Buffer.from(tile.cells, "base64")]).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("shows the mean of a number, on the scale of the whole step", async () => {
    await fc.assert(
      fc.asyncProperty(testRows, moves, async (rows, history) => {
        const { played, context } = await playedFleet(rows, history);
        const picture = { run: played.owned.live.id, step: "train", rows: ["origin"], columns: ["late"] };
        const { rows: origins, columns: lates } = await ask(context, "getFleetAxes", getFleetAxes, picture);
        const tile = await ask(context, "getFleetTile", getFleetTile, { ...picture, by: "output:auc" });
        const tasks = (await allTasks(played)).filter(({ step }) => step === "train");
        const numbers = tasks.flatMap(({ number }) => number ?? []);
        const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
        if (numbers.length > 0) expect([tile.least, tile.most]).toEqual([least, most]);
        const bytes = Buffer.from(tile.cells, "base64");
        origins.forEach(([origin], y) =>
          lates.forEach(([late], x) => {
            const inCell = tasks.filter(({ key }) => key["origin"] === origin && String(key["late"]) === late);
            const values = inCell.flatMap(({ number }) => number ?? []);
            const shown = bytes.readUInt16LE(2 * (y * lates.length + x));
            if (inCell.length === 0) expect(shown).toBe(65_535);
            else if (values.length === 0) expect(shown).toBe(65_534);
            else {
              const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
              expect(Math.abs(shown - (most > least ? ((mean - least) / (most - least)) * 65_533 : 0))).toBeLessThan(1);
            }
          }),
        );
      }),
      { numRuns: 25 },
    );
  });

  it("names the tasks that lie furthest out, and refuses what the step does not have", async () => {
    const plan = planOf(grid({ n: Array.from({ length: 40 }, (_, n) => n) }), [
      planStep("work", ["n"], { outputs: { auc: { type: "number" }, model: { type: "file" } } }),
    ]);
    const played = await PlayedRun.begin(store, plan);
    const context = viewContext(store, played, folder);
    const picks = [...Array.from({ length: 39 }, (_, n) => n + 1).filter((n) => n % 7 !== 0 && n % 11 !== 0), 700];
    await played.play(
      picks.flatMap(
        (pick) =>
          [
            { type: "start", pick: 0 },
            { type: "succeed", pick },
          ] satisfies Move[],
      ),
    );
    const request = { run: played.owned.live.id, step: "work", rows: "n" };
    const { outliers } = await ask(context, "getFleetTile", getFleetTile, { ...request, by: "output:auc" });
    expect(outliers).toEqual([expect.objectContaining({ value: 7e8, column: 0 })]);
    for (const [wrong, code] of [
      [{ by: "output:model" }, "USAGE"],
      [{ by: "output:__proto__" }, "USAGE"],
      [{ columns: "m" }, "DIMENSION_UNKNOWN"],
      [{ step: "play" }, "TASK_NOT_FOUND"],
      [{ where: "n=99" }, "KEY_INVALID"],
    ] as const)
      await expect(ask(context, "getFleetTile", getFleetTile, { ...request, ...wrong })).rejects.toMatchObject({
        code,
      });
  });
});

describe("counts", { timeout: 120_000 }, () => {
  it("by any two columns are those of a walk over all tasks, and without a filter those of the run", async () => {
    const column = fc.constantFrom("step", "origin", "late", "month", "flights");
    await fc.assert(
      fc.asyncProperty(
        testRows,
        moves,
        column,
        fc.option(column, { nil: undefined }),
        async (rows, history, down, across) => {
          const { played, context } = await playedFleet(rows, history);
          const run = played.owned.live.id;
          const answer = await ask(context, "countTasks", countTasks, {
            run,
            rows: down,
            ...(across === undefined ? {} : { columns: across }),
          });
          const tasks = await allTasks(played);
          const has = (task: Task, name: string | undefined, text: string | undefined): boolean => {
            if (name === undefined) return true;
            if (name === "step") return task.step === text;
            return name === "flights"
              ? task.labels.has(text!)
              : String(task.key[name]) === text && Object.hasOwn(task.key, name);
          };
          const isCombined = down === "flights" && across === "flights";
          if (!isCombined)
            for (const [y, rowText] of answer.rows.entries())
              for (const [x, columnText] of (across === undefined ? [undefined] : answer.columns).entries()) {
                const inCell = tasks.filter((task) => has(task, down, rowText) && has(task, across, columnText));
                const width = Math.max(1, answer.columns.length);
                const counts = answer.cells[y * width + x];
                for (const state of taskStates)
                  expect(counts?.[state] ?? 0).toBe(inCell.filter((task) => task.state === state).length);
              }
          const bySteps = await ask(context, "countTasks", countTasks, { run, rows: "step" });
          expect(bySteps.cells).toEqual((await played.row).counts);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("of dimensions and values with hostile names are found under their names", async () => {
    const plan = planOf(grid({ ["__proto__"]: ["constructor", "a,b=c", "😀"], "x y": [1, 2] }), [
      planStep("step one", ["__proto__", "x y"]),
    ]);
    const played = await PlayedRun.begin(store, plan);
    const context = viewContext(store, played, folder);
    const answer = await ask(context, "countTasks", countTasks, {
      run: played.owned.live.id,
      rows: "__proto__",
      columns: "x y",
      where: "x y=1",
    });
    expect(answer.rows).toEqual(["constructor", "a,b=c", "😀"]);
    expect(answer.cells.map((counts) => counts?.ready ?? null)).toEqual([1, null, 1, null, 1, null]);
    const axes = await ask(context, "getFleetAxes", getFleetAxes, {
      run: played.owned.live.id,
      step: "step one",
      rows: ["x y", "__proto__"],
      from: 1,
      limit: 3,
    });
    expect(axes.rows).toEqual([
      ["1", "a,b=c"],
      ["1", "😀"],
      ["2", "constructor"],
    ]);
  });
});
