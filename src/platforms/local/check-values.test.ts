import { describe, expect, it } from "vitest";
import type { Json } from "../../core/json.ts";
import type { Output } from "../../core/plan.ts";
import { checkValues } from "./check-values.ts";

const declared: Record<string, Output> = {
  auc: { type: "number" },
  note: { type: "string", optional: true },
  good: { type: "boolean", optional: true },
  detail: { type: "json", optional: true },
  model: { type: "file", path: "model.pkl" },
};

describe("checking values", () => {
  it("takes what is declared, null for optional ones that are left out", () => {
    expect(checkValues(declared, { auc: 0.5, detail: { a: [1] } })).toEqual({
      outputs: { auc: { value: 0.5 }, note: { value: null }, good: { value: null }, detail: { value: { a: [1] } } },
    });
  });

  const wrong: [string, Record<string, Json>, string, string][] = [
    ["a value that is missing", {}, "OUTPUT_MISSING", "auc"],
    ["null where a value is needed", { auc: null }, "OUTPUT_INVALID", "auc"],
    ["a value of a wrong type", { auc: "0.5" }, "OUTPUT_INVALID", "number"],
    ["an optional value of a wrong type", { auc: 1, note: 2 }, "OUTPUT_INVALID", "note"],
    ["a value that is not declared", { auc: 1, extra: 2 }, "OUTPUT_INVALID", '"extra"'],
    ["a value for a file", { auc: 1, model: "path" }, "OUTPUT_INVALID", '"model"'],
    ["values of 9 MiB", { auc: 1, detail: "x".repeat(9 * 1024 * 1024) }, "OUTPUT_INVALID", "8 MiB"],
    ["a name from the prototype", { auc: 1, constructor: 2 }, "OUTPUT_INVALID", '"constructor"'],
  ];
  it.each(wrong)("refuses %s", (_title, values, type, named) => {
    expect(checkValues(declared, values)).toMatchObject({
      error: { type, message: expect.stringContaining(named) as string },
    });
  });

  it("does not find a missing output on the prototype", () => {
    const named = { ...({ toString: { type: "json" } } as object) } as Record<string, Output>;
    expect(checkValues(named, {})).toMatchObject({ error: { type: "OUTPUT_MISSING" } });
  });
});
