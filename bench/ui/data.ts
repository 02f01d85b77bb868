import type { RunId } from "../../src/core/ids.ts";
import type { Plan, PlanStep } from "../../src/core/plan.ts";
import { grid, planOf, planStep } from "../../test/helpers/plans.ts";
import { note } from "../figures.ts";
import type { Fleet } from "../fleet.ts";
import { noopFleet, noopStep } from "../plans.ts";

/** The runs that pages are measured with; all of them have been through the engine. */
export interface UiData {
  /** About so many tasks each. */
  readonly run10: RunId;
  readonly run1k: RunId;
  readonly run100k: RunId;
  /** One step with 1,000 × 1,000 keys. */
  readonly fleet1m: RunId;
  /** How many runs there are in all, at least. */
  readonly runs: number;
}

/** At a time; the engine commits what is ready of all of them. */
const together = 40;

export async function makeUiData(fleet: Fleet, { runs, side }: { runs: number; side: number }): Promise<UiData> {
  const started = performance.now();
  const seconds = (): string => ((performance.now() - started) / 1000).toFixed(0);
  await runMany(fleet, planOf(grid({ only: [1] }), [planStep("work", [], noopStep)]), runs);
  note(`${runs} runs of one task after ${seconds()} s`);
  const idOf = async (plan: Plan): Promise<RunId> => (await fleet.run(plan)).row.id;
  const fleet1m = await idOf(squareFleet(side));
  note(`a step of ${side} × ${side} keys after ${seconds()} s`);
  const run100k = await idOf(noopFleet(100_000));
  const run1k = await idOf(noopFleet(1_000));
  const run10 = await idOf(noopFleet(8));
  note(`all data after ${seconds()} s`);
  return { run10, run1k, run100k, fleet1m, runs };
}

/** One step by two dimensions, as large each. */
export function squareFleet(side: number, over: Partial<PlanStep> = {}): Plan {
  const values = Array.from({ length: side }, (_, index) => index + 1);
  return planOf(grid({ market: values, product: values }), [
    planStep("train", ["market", "product"], { ...noopStep, ...over }),
  ]);
}

async function runMany(fleet: Fleet, plan: Plan, count: number): Promise<void> {
  let left = count;
  const runSome = async (): Promise<void> => {
    while (left-- > 0) await fleet.run(plan);
  };
  await Promise.all(Array.from({ length: together }, runSome));
}
