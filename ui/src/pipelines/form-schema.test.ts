import { describe, expect, it } from "vitest";
import { z } from "zod";
import { check, fieldsOf, type FormField } from "./form-schema.ts";

const schema = z.toJSONSchema(
  z.object({
    lateMinutes: z.number().int().positive().max(600).default(15).describe("From how many minutes on"),
    share: z.number().min(0).max(1),
    tune: z.boolean().default(false),
    model: z.enum(["forest", "linear"]).default("forest"),
    since: z.string().min(4).optional(),
    weights: z.record(z.string(), z.number()).default({ late: 2 }),
  }),
) as Record<string, unknown>;

const fields = new Map(fieldsOf(schema).map((field) => [field.name, field]));
const field = (name: string): FormField => fields.get(name)!;

describe("the form of a pipeline's parameters", () => {
  it("has a field of its type for each, in their order, with defaults as they would be typed", () => {
    expect([...fields.values()].map(({ name, kind, usual }) => [name, kind, usual])).toEqual([
      ["lateMinutes", "integer", "15"],
      ["share", "number", undefined],
      ["tune", "boolean", "false"],
      ["model", "choice", "forest"],
      ["since", "text", undefined],
      ["weights", "json", '{"late":2}'],
    ]);
  });

  it("demands only what has no default and is not optional", () => {
    expect([...fields.values()].filter(({ required }) => required).map(({ name }) => name)).toEqual(["share"]);
  });

  it("says the range in words, without the bounds that zod adds", () => {
    expect(field("lateMinutes").range).toBe("more than 0 and at most 600");
    expect(fieldsOf(z.toJSONSchema(z.object({ n: z.int() })))[0]?.range).toBeUndefined();
  });

  it.each([
    ["lateMinutes", "30", { value: 30 }],
    ["lateMinutes", "", { absent: true }],
    ["lateMinutes", "1.5", { problem: "must be a whole number" }],
    ["lateMinutes", "0", { problem: "must be more than 0 and at most 600" }],
    ["lateMinutes", "many", { problem: "must be a number" }],
    ["share", "", { problem: "must be given" }],
    ["share", "1", { value: 1 }],
    ["tune", "true", { value: true }],
    ["model", "linear", { value: "linear" }],
    ["model", "tree", { problem: "must be one of forest, linear" }],
    ["since", "13", { problem: "must have 4 characters at least" }],
    ["since", " 2013 ", { value: " 2013 " }],
    ["weights", '{"late": 3}', { value: { late: 3 } }],
    ["weights", "{late: 3}", { problem: "must be JSON" }],
  ])("reads %s typed as “%s”", (name, typed, result) => {
    expect(check(field(name), typed)).toEqual(result);
  });

  it("takes a schema that is none for a form without fields", () => {
    expect(fieldsOf({ properties: ["x"], required: "y" })).toEqual([]);
  });
});
