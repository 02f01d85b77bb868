import { describe, expect, it } from "vitest";
import { runRow } from "../../cli/test-rows.ts";
import { changedParams } from "./changed-params.ts";
import { leftMs } from "./forecast.ts";

describe("the forecast of a run's end", () => {
  it("divides what is left by the rate", () => {
    // 16 of 29 tasks of the row are settled.
    expect(leftMs(runRow(), 3)).toBeCloseTo(13_000 / 3);
  });

  it("says nothing of a run that does not go on, or at no rate", () => {
    expect(leftMs(runRow({ state: "paused" }), 3)).toBeUndefined();
    expect(leftMs(runRow(), undefined)).toBeUndefined();
    expect(leftMs(runRow(), 0)).toBeUndefined();
  });
});

describe("the parameters that are changed", () => {
  it("are those that differ from their defaults, or have none", () => {
    const paramsSchema = {
      properties: { a: { default: 1 }, b: { default: [1, { x: 2 }] }, c: {}, d: { default: null } },
    };
    expect(changedParams({ params: { a: 1, b: [1, { x: 2 }], c: 0, d: 0 }, paramsSchema })).toEqual(["c", "d"]);
    expect(changedParams({ params: { a: 2 }, paramsSchema: {} })).toEqual(["a"]);
  });
});
