import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan } from "./plan.ts";
import { hashPlan } from "./plan-hash.ts";
import { toTable } from "./scenario-set.ts";
import { testRows, testSet, type TestRow } from "../../test/helpers/scenario-sets.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function planOf(rows: readonly TestRow[]): Plan {
  return {
    format: 1,
    pipeline: "flight-delays",
    params: { lateMinutes: 15 },
    paramsSchema: {},
    selection: {
      name: "all",
      scenarios: rows.length,
      of: rows.length,
      coverage: [],
      pairs: { covered: 0, of: 0 },
      narrowed: [],
    },
    scenarios: toTable(testSet(rows)),
    steps: [],
    leftOut: [],
    failFast: false,
    pools: {},
    source: "",
  };
}

/** The same plan, its members filled in the opposite order. */
function reversed(plan: Plan): Plan {
  return Object.fromEntries(Object.entries(plan).toReversed()) as unknown as Plan;
}

describe("the hash of a plan", () => {
  it("is equal for equal plans, through JSON and in any order of members", () => {
    fc.assert(
      fc.property(testRows, (rows) => {
        const hash = hashPlan(planOf(rows), sha256);
        expect(hashPlan(planOf(structuredClone(rows)), sha256)).toBe(hash);
        expect(hashPlan(reversed(JSON.parse(JSON.stringify(planOf(rows))) as Plan), sha256)).toBe(hash);
      }),
    );
  });

  it("differs when anything differs", () => {
    fc.assert(
      fc.property(testRows, (rows) => {
        const plan = planOf(rows);
        const hash = hashPlan(plan, sha256);
        expect(hashPlan({ ...plan, params: { lateMinutes: 16 } }, sha256)).not.toBe(hash);
        expect(hashPlan(planOf(rows.map((row) => ({ ...row, month: row.month + 1 }))), sha256)).not.toBe(hash);
      }),
    );
  });
});
