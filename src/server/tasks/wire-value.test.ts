import { describe, expect, it } from "vitest";
import type { Json } from "../../core/json.ts";
import { wireInput, wireOutput } from "./wire-value.ts";

describe("a value as it is shown", () => {
  it("is itself when it is small, names like __proto__ included", () => {
    const value = JSON.parse('{"__proto__": {"polluted": true}, "constructor": [1, null, "x"]}') as Json;
    expect(JSON.stringify(wireOutput({ value }))).toBe(
      '{"value":{"__proto__":{"polluted":true},"constructor":[1,null,"x"]}}',
    );
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("is the beginning of its text when it is large, in one piece or in many", () => {
    for (const value of ["x".repeat(1e6), Array.from({ length: 1e5 }, () => 1), { ["n".repeat(1e5)]: 1 }]) {
      const shown = wireOutput({ value }) as { value: string; cut: boolean };
      expect([shown.cut, shown.value]).toEqual([true, JSON.stringify(value).slice(0, 64 * 1024)]);
    }
  });

  it("is text when it is nested deeper than can be followed", () => {
    const nested = (depth: number): Json => JSON.parse("[".repeat(depth) + "]".repeat(depth)) as Json;
    expect(wireOutput({ value: nested(20) })).toEqual({ value: nested(20) });
    expect(wireOutput({ value: nested(200) })).toEqual({ value: "[".repeat(200) + "]".repeat(200), cut: true });
    expect(wireOutput({ value: nested(100_000) })).toMatchObject({ cut: true });
  });

  it("shows the first rows of a collection, and how many there are", () => {
    const rows = Array.from({ length: 5000 }, (_, n) => ({ key: { n }, item: { value: "y".repeat(5000) } }));
    const shown = wireInput({ rows }) as { rows: unknown[]; total: number };
    expect([shown.rows.length, shown.total]).toEqual([100, 5000]);
    expect(JSON.stringify(shown).length).toBeLessThan(200_000);
  });
});
