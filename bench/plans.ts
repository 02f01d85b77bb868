import type { Plan, PlanStep } from "../src/core/plan.ts";
import { grid, planOf, planStep } from "../test/helpers/plans.ts";

const noop = { work: { type: "noop" }, on: "noop", outputs: {} } as const;

/** About `tasks` noop tasks in the shape of a real fleet: two steps by both dimensions, prefixes shared, all collected at the end. */
export function noopFleet(tasks: number): Plan {
  const cells = Math.floor(tasks / 2);
  const sites = Math.max(1, Math.round(Math.sqrt(cells)));
  const months = Math.max(1, Math.round(cells / sites));
  return planOf(grid({ site: numbers(sites), month: numbers(months) }), [
    planStep("extract", [], noop),
    planStep("train", ["site", "month"], { ...noop, after: [{ step: "extract", outcome: "succeeded" }] }),
    planStep("score", ["site", "month"], { ...noop, after: [{ step: "train", outcome: "succeeded" }] }),
    planStep("report", [], { ...noop, after: [{ step: "score", outcome: "succeeded" }] }),
  ]);
}

/** `length` steps of one task each, every one after the one before. */
export function chain(length: number, step: (name: string) => Partial<PlanStep>): Plan {
  const steps = numbers(length).map((n) =>
    planStep(`s${n}`, [], {
      outputs: {},
      ...step(`s${n}`),
      after: n === 1 ? [] : [{ step: `s${n - 1}`, outcome: "succeeded" }],
    }),
  );
  return planOf(grid({ only: [1] }), steps);
}

export const noopStep: Partial<PlanStep> = noop;

/** One step of `tasks` tasks that call a Python function with their number. */
export function pythonFleet(
  tasks: number,
  { module, function: name, python }: { module: string; function: string; python: string },
): Plan {
  const work = { type: "python", module, function: name, environment: { type: "interpreter", python } } as const;
  return planOf(grid({ n: numbers(tasks) }), [
    planStep("work", ["n"], { work, outputs: { result: { type: "json" } } }),
  ]);
}

/** One step of `tasks` tasks that each run this command on a platform. */
export function shellFleet(tasks: number, argv: readonly string[], on: string, resources = { cpu: 1 }): Plan {
  const work = { type: "shell", argv, env: {} } as const;
  return planOf(grid({ n: numbers(tasks) }), [
    planStep("work", ["n"], { work, on, outputs: {}, resources: { all: resources } }),
  ]);
}

export function taskCount({ scenarios, steps }: Plan): number {
  return steps.reduce((sum, { by }) => sum + (by.length === 0 ? 1 : scenarios.size), 0);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
