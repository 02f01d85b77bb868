import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, viewContext } from "../../../test/helpers/ask-service.ts";
import { fleetPlan } from "../../../test/helpers/fleet-plan.ts";
import { grid, planOf, planStep } from "../../../test/helpers/plans.ts";
import { moves, PlayedRun } from "../../../test/helpers/played-run.ts";
import { testRows } from "../../../test/helpers/scenario-sets.ts";
import type { Store } from "../../store/store.ts";
import { openTestStore } from "../../store/test-database.ts";
import { getTimeline } from "./get-timeline.ts";

let opened: Awaited<ReturnType<typeof openTestStore>>;
let store: Store;
const folder = join(tmpdir(), "flotilla-no-views");

beforeAll(async () => {
  opened = await openTestStore();
  store = opened.store;
}, 60_000);
afterAll(() => opened.close(), 60_000);

const played = async (
  rows: Parameters<typeof fleetPlan>[0],
  history: Parameters<PlayedRun["play"]>[0],
): Promise<PlayedRun> => {
  const run = await PlayedRun.begin(store, fleetPlan(rows));
  await run.play(history);
  return run;
};

describe("the timeline", { timeout: 120_000 }, () => {
  it("has each attempt once in the lane of its step, its phases in order, and sums what they took", async () => {
    await fc.assert(
      fc.asyncProperty(testRows, moves, async (rows, history) => {
        const run = await played(rows, history);
        const { live } = run.owned;
        const answer = await ask(viewContext(store, run, folder), "getTimeline", getTimeline, {
          run: live.id,
          from: 1_759_999_999_000,
        });
        const attempts = await store.listAttempts(live.id);
        const end = (await run.row).endedAt ?? run.now;
        const refOf = (step: number, task: number): string => live.topology.steps[step]!.taskRef(task);
        const spans = answer.lanes.flatMap((lane) => lane.spans!.map((span) => ({ ...span, lane: lane.step })));
        const made = spans.filter(({ attempt }) => attempt > 0);
        expect(made.map(({ ref, attempt }) => `${ref} ${attempt}`).toSorted()).toEqual(
          attempts.map(({ step, task, number }) => `${refOf(step, task)} ${number}`).toSorted(),
        );
        for (const span of made) {
          expect(span.at).toEqual(span.at.toSorted((a, b) => a - b));
          const row = attempts.find(
            ({ step, task, number }) => refOf(step, task) === span.ref && number === span.attempt,
          )!;
          expect(live.plan.steps[row.step]!.name).toBe(span.lane);
          expect([span.at[1], span.at[4]]).toEqual([row.intendedAt, row.endedAt ?? end]);
          if (row.evidence?.startedAt !== undefined)
            expect(span.at[2]).toBe(Math.max(row.intendedAt, row.evidence.startedAt));
        }
        const sums = ["waiting", "starting", "working", "saving"].map((_, phase) =>
          spans.reduce((sum, { at }) => sum + at[phase + 1]! - at[phase]!, 0),
        );
        expect(Object.values(answer.spent)).toEqual(sums);
      }),
      { numRuns: 40 },
    );
  });

  it("has no two attempts at work at once in a lane of slots, and no lane more than were at work at once", async () => {
    await fc.assert(
      fc.asyncProperty(testRows, moves, async (rows, history) => {
        const run = await played(rows, history);
        const { id } = run.owned.live;
        const { lanes } = await ask(viewContext(store, run, folder), "getTimeline", getTimeline, {
          run: id,
          by: "slot",
          from: 1_759_999_999_000,
        });
        const intervals = lanes.flatMap(({ spans }) => spans!.map(({ at }) => [at[2]!, at[3]!] as const));
        expect(intervals.length).toBe((await store.listAttempts(id)).length);
        for (const { spans } of lanes)
          spans!.forEach(({ at }, index) => expect(at[2]).toBeGreaterThanOrEqual(spans![index - 1]?.at[3] ?? 0));
        for (const platform of ["local", "other"]) {
          const own = lanes.filter(({ title }) => title.startsWith(`${platform} `)).map(({ spans }) => spans!);
          const flat = own.flat().map(({ at }) => [at[2]!, at[3]!] as const);
          // One that takes no time at all still has a place at its moment.
          const atOnce = flat.map(([from]) => flat.filter((other) => other[0] <= from && from <= other[1]).length);
          expect(own.length).toBeLessThanOrEqual(Math.max(0, ...atOnce));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("leads back from the task that ended last, always to the one needed that ended last", async () => {
    await fc.assert(
      fc.asyncProperty(testRows, moves, async (rows, history) => {
        const run = await played(rows, history);
        const { live } = run.owned;
        const { criticalPath } = await ask(viewContext(store, run, folder), "getTimeline", getTimeline, {
          run: live.id,
        });
        const ran = (await store.listTasks(live.id)).filter(
          ({ startedAt, endedAt }) => startedAt !== undefined && endedAt !== undefined,
        );
        expect(criticalPath.at(-1)?.endedAt).toBe(
          ran.length === 0 ? undefined : Math.max(...ran.map(({ endedAt }) => endedAt!)),
        );
        criticalPath.forEach(({ ref }, index) => {
          const row = ran.find((one) => one.ref === ref)!;
          const needed: number[] = [];
          for (const edge of live.topology.steps[row.step]!.upstream)
            edge.eachUpstream(row.task, (task) =>
              needed.push(
                ...ran.filter((one) => one.step === edge.from && one.task === task).map(({ endedAt }) => endedAt!),
              ),
            );
          expect(criticalPath[index - 1]?.endedAt).toBe(needed.length === 0 ? undefined : Math.max(...needed));
        });
      }),
      { numRuns: 40 },
    );
  });

  it("gathers attempts in bins when they are too many to be drawn each, and no time is lost in that", async () => {
    const size = 2100;
    const plan = planOf(grid({ n: Array.from({ length: size }, (_, n) => n) }), [planStep("work", ["n"])]);
    const run = await PlayedRun.begin(store, plan);
    await run.play([
      ...Array.from({ length: size / 7 }, () => ({ type: "start", pick: 6 }) as const),
      { type: "commit", pick: 0 },
      ...Array.from({ length: size }, (_, pick) => ({ type: "succeed", pick }) as const),
    ]);
    const context = viewContext(store, run, folder);
    const timeline = (by: "step" | "slot") =>
      ask(context, "getTimeline", getTimeline, { run: run.owned.live.id, by, bins: 50 });
    const { from, to, lanes, spent } = await timeline("step");
    expect(lanes).toHaveLength(1);
    expect(lanes[0]!.spans).toBeUndefined();
    const sumOf = (bins: readonly number[]): number => (bins.reduce((sum, one) => sum + one, 0) * (to - from)) / 50;
    for (const phase of ["waiting", "starting", "working", "saving"] as const)
      expect(sumOf(lanes[0]!.bins![phase]) / spent[phase]).toBeCloseTo(1, 2);
    const slots = (await timeline("slot")).lanes;
    const working = slots.reduce((sum, { bins }) => sum + sumOf(bins!.working), 0);
    expect(working / spent.working).toBeCloseTo(1, 2);
  });

  it("is narrowed to a stretch of time and to steps", async () => {
    const run = await played(
      [{ origin: "JFK", late: true, month: 1, flights: 1 }],
      [
        { type: "start", pick: 0 },
        { type: "succeed", pick: 50 },
        { type: "start", pick: 0 },
        { type: "succeed", pick: 50 },
      ],
    );
    const context = viewContext(store, run, folder);
    const whole = await ask(context, "getTimeline", getTimeline, { run: run.owned.live.id });
    const [extract] = whole.lanes[0]!.spans!;
    const later = await ask(context, "getTimeline", getTimeline, {
      run: run.owned.live.id,
      from: extract!.at[4]! + 1,
      to: whole.to,
    });
    expect(later.lanes[0]!.spans).toEqual([]);
    expect(later.lanes[1]!.spans).toHaveLength(1);
    const one = await ask(context, "getTimeline", getTimeline, { run: run.owned.live.id, step: "features" });
    expect(one.lanes.map(({ title }) => title)).toEqual(["features"]);
  });
});
