import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { project } from "./projection.ts";
import type { ScenarioColumn } from "./scenario-set.ts";

function columnOf(name: string, codes: readonly number[], size: number): ScenarioColumn {
  return { name, role: "dimension", values: Array.from({ length: size }, (_, code) => code), codes };
}

function expectProjection(columns: readonly ScenarioColumn[], rows: number): void {
  const keys = Array.from({ length: rows }, (_, row) => columns.map((column) => column.codes[row]).join());
  const tasks = [...new Set(keys)];
  const projection = project(rows, columns);
  expect(projection.size).toBe(tasks.length);
  const taskOfKey = new Map(tasks.map((key, task) => [key, task]));
  expect([...projection.taskOfRow]).toEqual(keys.map((key) => taskOfKey.get(key)));
  expect([...projection.firstRow]).toEqual(tasks.map((key) => keys.indexOf(key)));
}

describe("a projection", () => {
  it("numbers the distinct combinations by first appearance", () => {
    const code = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(code, code, code)), (rows) => {
        const columns = [0, 1, 2].map((index) =>
          columnOf(
            `d${index}`,
            rows.map((row) => row[index]!),
            4,
          ),
        );
        expectProjection(columns, rows.length);
      }),
    );
  });

  it("does so as well when nearly all combinations are missing", () => {
    // Far more cells than rows: this is where combinations are hashed instead of looked up in a table.
    const code = fc.integer({ min: 0, max: 99_999 });
    fc.assert(
      fc.property(fc.array(fc.tuple(code, code), { maxLength: 300 }), fc.nat(), (distinct, seed) => {
        const rows = [...distinct, ...distinct.filter((_, index) => (index + seed) % 3 === 0)];
        const columns = [0, 1].map((index) =>
          columnOf(
            `d${index}`,
            rows.map((row) => row[index]!),
            100_000,
          ),
        );
        expectProjection(columns, rows.length);
      }),
      { numRuns: 20 },
    );
  });

  it("on no dimensions is one task, or none without rows", () => {
    expect(project(3, [])).toMatchObject({ size: 1, taskOfRow: Int32Array.of(0, 0, 0), firstRow: Int32Array.of(0) });
    expect(project(0, [])).toMatchObject({ size: 0 });
  });
});
