import { expect, it } from "vitest";
import type { TaskFilter, TaskRow } from "../../store/store.ts";
import { counts, runRow, taskRow } from "../../cli/test-rows.ts";
import { StepDurations } from "./step-durations.ts";

function fakeStore(rows: () => readonly TaskRow[]) {
  const asked: TaskFilter[] = [];
  const listTasks = (_run: string, filter: TaskFilter = {}): Promise<readonly TaskRow[]> => {
    asked.push(filter);
    return Promise.resolve(rows().slice(0, filter.limit));
  };
  return { asked, listTasks };
}

const took = (ms: number): TaskRow => taskRow({ startedAt: 1000, endedAt: 1000 + ms });

it("is the median of what succeeded, by step", async () => {
  const store = fakeStore(() => [took(10), took(900), took(20)]);
  const run = runRow({ counts: [counts({ waiting: 1 }), counts({ succeeded: 3 })] });
  expect(await new StepDurations(store).of(run, 0)).toEqual([undefined, 20]);
  expect(store.asked).toEqual([{ steps: [1], states: ["succeeded"], limit: 50 }]);
});

it("asks no more once enough is known, and not too often before", async () => {
  const rows: TaskRow[] = [took(10)];
  const store = fakeStore(() => rows);
  const durations = new StepDurations(store);
  const at = (now: number, succeeded: number) => durations.of(runRow({ counts: [counts({ succeeded })] }), now);
  await at(0, 1);
  await at(100, 2);
  expect(store.asked).toHaveLength(1);
  rows.push(...Array.from({ length: 80 }, () => took(30)));
  expect(await at(3000, 81)).toEqual([30]);
  await at(9000, 90);
  await at(19_000, 1000);
  expect(store.asked).toHaveLength(2);
});

it("knows all of them at the end, however short the last steps were", async () => {
  const rows: TaskRow[] = [took(10)];
  const durations = new StepDurations(fakeStore(() => rows));
  await durations.of(runRow({ counts: [counts({ succeeded: 1 }), counts({ waiting: 1 })] }), 0);
  const ended = runRow({ state: "succeeded", counts: [counts({ succeeded: 1 }), counts({ succeeded: 1 })] });
  expect(await durations.of(ended, 100)).toEqual([10, 10]);
});
