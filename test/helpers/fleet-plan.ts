import { makeScenarioSet } from "../../src/core/make-scenario-set.ts";
import type { Plan, PlanStep } from "../../src/core/plan.ts";
import { toTable } from "../../src/core/scenario-set.ts";
import { from, planOf, planStep } from "./plans.ts";
import { testDimensions, type TestRow } from "./scenario-sets.ts";

const outputs: PlanStep["outputs"] = {
  auc: { type: "number" },
  isGood: { type: "boolean" },
  note: { type: "string" },
  score: { type: "json" },
  ["__proto__"]: { type: "number" },
};

/** Steps of every kind of join over a small set: broadcast, one to one, many to many, previous, and collections of all and of some. */
export function fleetPlan(rows: readonly TestRow[]): Plan {
  const table = toTable(makeScenarioSet({ rows: rows.map((row) => ({ ...row })), dimensions: testDimensions }));
  return planOf(table, [
    planStep("extract", []),
    planStep("features", ["origin"], { inputs: { data: from("extract") }, outputs }),
    planStep("train", ["origin", "late", "month"], {
      inputs: { x: from("features"), previous: from("train", { previous: "month" }) },
      outputs,
      retry: { rules: { user: { retries: 1 } } },
    }),
    planStep("check", ["origin", "late", "month"], { inputs: { x: from("train") }, on: "other" }),
    planStep("mix", ["late"], { inputs: { x: from("features", { collect: { atLeast: 1 } }) } }),
    planStep("report", [], { inputs: { all: from("check", { collect: { atLeast: 0.5 } }) } }),
  ]);
}
