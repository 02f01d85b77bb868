import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fleetPlan } from "../../../test/helpers/fleet-plan.ts";
import { moves, PlayedRun } from "../../../test/helpers/played-run.ts";
import { testRows } from "../../../test/helpers/scenario-sets.ts";
import type { Json } from "../../core/json.ts";
import { retryClasses } from "../../core/retry-class.ts";
import { noCounts, taskStates } from "../../core/task-state.ts";
import type { AttemptRow, RunRow, Store } from "../../store/store.ts";
import { openTestStore } from "../../store/test-database.ts";
import { outputAt } from "./output-column.ts";
import type { Needs } from "./read-view.ts";
import type { RunView } from "./run-view.ts";
import { RunViews } from "./run-views.ts";

let opened: Awaited<ReturnType<typeof openTestStore>>;
let store: Store;
let folder: string;

beforeAll(async () => {
  opened = await openTestStore();
  store = opened.store;
}, 60_000);
afterAll(() => opened.close(), 60_000);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flotilla-views-"));
  return () => rmSync(folder, { recursive: true, force: true });
});

const everything = (view: RunView): Needs => ({
  attempts: true,
  outputs: view.steps.flatMap(({ shape, planned }) =>
    Object.keys(planned.outputs).map((name) => ({ step: shape.index, name })),
  ),
});

async function wholeView(views: RunViews, row: RunRow): Promise<RunView> {
  return views.of(row, everything(await views.of(row)));
}

/** Everything a view says, the way the rows say it. */
async function expectAsStored(view: RunView): Promise<void> {
  const rows = new Map((await store.listTasks(view.run.id)).map((row) => [`${row.step}-${row.task}`, row]));
  const attempts = await store.listAttempts(view.run.id);
  for (const step of view.steps) {
    for (let task = 0; task < step.shape.size; task++) {
      const row = rows.get(`${step.shape.index}-${task}`);
      expect(taskStates[step.state[task]!]).toBe(row?.state ?? "waiting");
      expect(step.attempts[task]).toBe(row?.attempts ?? 0);
      expect(step.readyAt[task]).toBe(row?.readyAt ?? Number.NaN);
      expect(step.startedAt[task]).toBe(row?.startedAt ?? Number.NaN);
      expect(step.endedAt[task]).toBe(row?.endedAt ?? Number.NaN);
      expect(retryClasses[step.class[task]! - 1]).toBe(row?.class);
      expect(view.causes[step.cause[task]!]).toBe(row?.cause ?? "");
      for (const [name, column] of step.outputs) {
        const output = row?.outputs?.[name];
        expect(outputAt(column, task)).toBe(
          readable(row?.outputs, output !== undefined && "value" in output ? output.value : null),
        );
      }
    }
  }
  expect(attemptsIn(view)).toEqual(attempts.map(attemptOf).toSorted(byText));
}

/** PostgreSQL looks into no document with a NUL in it. */
function readable(outputs: unknown, value: Json): unknown {
  return value === null || JSON.stringify(outputs).includes("\\u0000") ? undefined : value;
}

function attemptsIn({ attempts }: RunView): string[] {
  return Array.from({ length: attempts!.count }, (_, i) => {
    const end = attempts!.endedAt[i]!;
    return `${attempts!.step[i]}-${attempts!.task[i]}-${attempts!.number[i]} ${attempts!.intendedAt[i]} ${Number.isNaN(end) ? "" : end}`;
  }).toSorted(byText);
}

function attemptOf({ step, task, number, intendedAt, endedAt }: AttemptRow): string {
  return `${step}-${task}-${number} ${intendedAt} ${endedAt ?? ""}`;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

describe("the view of a run", { timeout: 120_000 }, () => {
  it("says what the rows say and counts as the run does, after any history, however it came to its version", async () => {
    await fc.assert(
      fc.asyncProperty(testRows, moves, moves, async (rows, first, second) => {
        const played = await PlayedRun.begin(store, fleetPlan(rows));
        const views = new RunViews({ store, folder });
        const early = await wholeView(views, await played.row);
        for (const history of [first, second]) {
          await played.play(history);
          const row = await played.row;
          const view = await wholeView(views, row);
          expect(view).toBe(early);
          expect(view.run.version).toBe(row.version);
          expect(
            view.steps.map(({ counts }) => Object.fromEntries(taskStates.map((state, i) => [state, counts[i]]))),
          ).toEqual(row.counts);
          expect(view.steps.map(({ state }) => [...state])).toEqual(
            played.owned.live.steps.map(({ state }) => [...state]),
          );
          await expectAsStored(view);
          await expectAsStored(await wholeView(new RunViews({ store, folder: join(folder, "none") }), row));
          await views.close();
          await expectAsStored(await wholeView(new RunViews({ store, folder }), row));
        }
      }),
      { numRuns: 25 },
    );
  });

  it("is loaded once for all who ask at the same time, and is gone with its run", async () => {
    const played = await PlayedRun.begin(store, fleetPlan([{ origin: "JFK", late: true, month: 1, flights: 1 }]));
    let loads = 0;
    const counting: Store = { ...store, readColumns: (run, read) => (loads++, store.readColumns(run, read)) };
    const views = new RunViews({ store: counting, folder });
    const row = await played.row;
    const found = await Promise.all([views.of(row), views.of(row), views.of(row, { attempts: true })]);
    expect(new Set(found).size).toBe(1);
    expect(loads).toBe(2);
    await played.play([{ type: "cancel", pick: 0 }]);
    await views.of(await played.row);
    expect(loads).toBe(3);
    await store.release(row.id, played.owned.fence);
    expect(await store.deleteRuns([row.id])).toEqual([row.id]);
    const newer = { ...(await views.of(row)).run, version: 1000 };
    await expect(views.of(newer)).rejects.toMatchObject({ code: "RUN_NOT_FOUND" });
    await expect(views.of(newer)).rejects.toMatchObject({ code: "RUN_NOT_FOUND" });
  });

  it("holds no more than it may: the one looked at longest ago goes first", async () => {
    const plan = fleetPlan([{ origin: "JFK", late: true, month: 1, flights: 1 }]);
    const rows = await Promise.all([1, 2, 3].map(async () => (await PlayedRun.begin(store, plan)).row));
    const one = new RunViews({ store, folder });
    await one.of(rows[0]!);
    const views = new RunViews({ store, folder, mostBytes: 2.5 * one.bytes });
    const [first, second] = [await views.of(rows[0]!), await views.of(rows[1]!)];
    expect(await views.of(rows[0]!)).toBe(first);
    await views.of(rows[2]!);
    expect(views.bytes).toBeLessThanOrEqual(2.5 * one.bytes);
    expect(await views.of(rows[0]!)).toBe(first);
    expect(await views.of(rows[1]!)).not.toBe(second);
  });
});

describe("the file of an ended run's view", { timeout: 60_000 }, () => {
  async function ended(): Promise<RunRow> {
    const played = await PlayedRun.begin(store, fleetPlan([{ origin: "JFK", late: true, month: 1, flights: 1 }]));
    await played.play([
      { type: "start", pick: 0 },
      { type: "succeed", pick: 1 },
      { type: "cancel", pick: 0 },
    ]);
    const row = await played.row;
    expect(row.state).toBe("cancelled");
    return row;
  }

  /** A store that no rows can be read from. */
  const rowless = (): Store => ({ ...store, readColumns: () => Promise.reject(new Error("read from the store")) });

  async function write(row: RunRow): Promise<string> {
    const views = new RunViews({ store, folder });
    await wholeView(views, row);
    await views.close();
    return join(folder, `${row.id}.view`);
  }

  it("is enough to open the run again", async () => {
    const row = await ended();
    await write(row);
    const view = await wholeView(new RunViews({ store: rowless(), folder }), row);
    await expectAsStored(view);
    expect(readdirSync(folder)).toEqual([`${row.id}.view`]);
  });

  it.each<[string, (path: string) => void]>([
    ["is cut short", (path) => truncateSync(path, 200)],
    ["is empty", (path) => truncateSync(path, 0)],
    ["has one byte that is another", (path) => writeFileSync(path, flipped(readFileSync(path)))],
    ["is something else", (path) => writeFileSync(path, "hello")],
  ])("is ignored when it %s", async (_, damage) => {
    const row = await ended();
    damage(await write(row));
    await expect(new RunViews({ store: rowless(), folder }).of(row)).rejects.toThrow("read from the store");
    await expectAsStored(await wholeView(new RunViews({ store, folder }), row));
  });

  it("is ignored once the run has another version", async () => {
    const row = await ended();
    await write(row);
    const views = new RunViews({ store: rowless(), folder });
    await expect(views.of({ ...row, version: row.version + 1 })).rejects.toThrow("read from the store");
  });
});

function flipped(bytes: Buffer): Buffer {
  bytes[bytes.length - 9]! ^= 1;
  return bytes;
}

it("counts a run that nobody has begun as waiting", async () => {
  const plan = fleetPlan([{ origin: "JFK", late: true, month: 1, flights: 1 }]);
  const played = await PlayedRun.begin(store, plan);
  const { id } = await played.row;
  const copy = { ...(await played.row), id: `${id}x` as typeof id };
  await store.createRun({
    id: copy.id,
    plan,
    planHash: copy.planHash,
    code: undefined,
    startedBy: "anna",
    project: "/p",
    profile: "laptop",
    platforms: {},
    counts: copy.counts.map(() => ({ ...noCounts(), waiting: 1 })),
  });
  const view = await new RunViews({ store, folder }).of((await store.getRun(copy.id))!);
  expect(view.steps.every(({ state }) => state.every((code) => taskStates[code] === "waiting"))).toBe(true);
});
