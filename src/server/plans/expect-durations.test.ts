import { describe, expect, it } from "vitest";
import { makeTopology } from "../../core/topology.ts";
import { from, grid, planOf, planStep } from "../../../test/helpers/plans.ts";
import { expectDurations } from "./expect-durations.ts";

const plan = planOf(grid({ n: Array.from({ length: 100 }, (_, n) => n) }), [
  planStep("load", []),
  planStep("train", ["n"], { inputs: { data: from("load") }, resources: { all: { cpu: 2 } } }),
]);
const known = { plan, topology: makeTopology(plan) };
const pool = (name: string, capacity: number) => ({ name, capacity, used: 0 });

describe("how long a run is expected to take", () => {
  it("is not known before each step has run", () => {
    expect(expectDurations(known, { train: 10 }, [])).toEqual({ steps: [undefined, 10], runMs: undefined });
  });

  it("is the longest path where there is room for all at once", () => {
    expect(expectDurations(known, { load: 5, train: 10 }, []).runMs).toBe(15);
  });

  it("grows where tasks have to share what there is", () => {
    expect(expectDurations(known, { load: 5, train: 10 }, [pool("local/cpu", 8000)]).runMs).toBe(5 + 250);
    const slots = [pool("local/cpu", 8000), pool("local/slots", 2)];
    expect(expectDurations(known, { load: 5, train: 10 }, slots).runMs).toBe(5 + 500);
    expect(expectDurations({ ...known, plan: { ...plan, concurrency: 1 } }, { load: 5, train: 10 }, slots).runMs).toBe(
      1005,
    );
  });
});
