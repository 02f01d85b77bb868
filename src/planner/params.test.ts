import { describe, expect, it } from "vitest";
import { testProject, withSteps } from "./test-project.ts";

const project = () =>
  testProject(
    withSteps(
      `step("only", { run: noop() });
       if (params.tune) step("tune", { run: noop() });
       if (params.mode === "full") step("full", { run: noop() });
       if (params.tune && params.mode === "full") step("both", { run: noop() });`,
      `params: z.object({
        tune: z.boolean().default(false), mode: z.enum(["fast", "full"]).default("fast"), late: z.number().int().positive().default(15),
        name: z.string().default("x"), depths: z.array(z.number()).default([1]), limit: z.number().nullable().default(null), code: z.union([z.number(), z.string()]).optional(),
      }),`,
    ),
  );

describe("parameters", () => {
  it("have their defaults, and a JSON Schema", async () => {
    const { plan } = await project().plan();
    expect(plan.params).toEqual({ tune: false, mode: "fast", late: 15, name: "x", depths: [1], limit: null });
    expect(plan.paramsSchema).toMatchObject({
      type: "object",
      properties: { late: { type: "integer", default: 15 }, mode: { enum: ["fast", "full"] } },
    });
  });

  it("are read from texts by their type, which win over given values", async () => {
    const { plan } = await project().plan({
      params: { late: 1, name: "given" },
      paramTexts: ["late=20", "tune=true", "depths=[2,3]", "limit=0.5", "mode=full"],
    });
    expect(plan.params).toMatchObject({
      late: 20,
      tune: true,
      depths: [2, 3],
      limit: 0.5,
      mode: "full",
      name: "given",
    });
  });

  it("keep texts that look like something else as texts", async () => {
    const { plan } = await project().plan({ paramTexts: ["name=15", "limit=null"] });
    expect(plan.params).toMatchObject({ name: "15", limit: null });
    expect((await project().plan({ paramTexts: ["name=a=b"] })).plan.params["name"]).toBe("a=b");
    expect((await project().plan({ paramTexts: ["name="] })).plan.params["name"]).toBe("");
  });

  it("are refused when the pipeline has none of that name, with the closest", async () => {
    expect(await project().refused({ paramTexts: ["lat=3"] })).toMatchObject({
      code: "PARAM_UNKNOWN",
      place: { name: "lat" },
      mend: expect.stringContaining('Did you mean "late"?'),
    });
    expect(await project().refused({ params: { lates: 3 } })).toMatchObject({ code: "PARAM_UNKNOWN" });
    expect(await project().refused({ paramTexts: ["__proto__=3"] })).toMatchObject({ code: "PARAM_UNKNOWN" });
  });

  it.each([
    ["late=big", "expected number"],
    ["late=1.5", "expected int"],
    ["late=-1", "Too small"],
    ["late=", "late"],
    ["tune=yes", "expected boolean"],
    ["mode=slow", '"fast"|"full"'],
  ])("are refused when they do not fit: %s", async (text, says) => {
    expect(await project().refused({ paramTexts: [text] })).toMatchObject({
      code: "PARAM_INVALID",
      place: { name: text.split("=")[0] },
      message: expect.stringContaining(says),
    });
  });

  it("are refused when a text is no assignment", async () => {
    expect(await project().refused({ paramTexts: ["late"] })).toMatchObject({
      code: "PARAM_INVALID",
      mend: expect.stringContaining("name=value"),
    });
  });

  it("are refused when one without a default is missing", async () => {
    const text = withSteps(`step("only", { run: noop() });`, `params: z.object({ market: z.string() }),`);
    expect(await testProject(text).refused()).toMatchObject({
      code: "PARAM_INVALID",
      message: expect.stringContaining("market"),
      mend: expect.stringContaining("--param market="),
    });
  });

  it("are refused when their value is no JSON", async () => {
    const text = withSteps(
      `step("only", { run: noop() });`,
      `params: z.object({ day: z.string().default("2013-01-01").transform((day: string) => new Date(day)) }),`,
    );
    expect(await testProject(text).refused()).toMatchObject({ code: "PARAM_INVALID", place: { name: "day" } });
  });
});

describe("steps left out", () => {
  it("are named with the parameter that would bring them in, one change at a time", async () => {
    expect((await project().plan()).plan.leftOut).toEqual([
      { step: "tune", reason: "--param tune=true brings it in" },
      { step: "full", reason: "--param mode=full brings it in" },
    ]);
    expect((await project().plan({ paramTexts: ["tune=true"] })).plan.leftOut.map(({ step }) => step)).toEqual([
      "full",
      "both",
    ]);
  });

  it("do not make a plan fail when another value of a parameter throws, prints or exits", async () => {
    const text = (then: string): string =>
      withSteps(
        `step("only", { run: noop() }); if (params.a) { ${then} } if (params.b) step("more", { run: noop() });`,
        `params: z.object({ a: z.boolean().default(false), b: z.boolean().default(false) }),`,
      );
    for (const then of [
      "throw new Error('no')",
      "step('only', { run: noop() })",
      "process.exit(1)",
      "console.log('hidden')",
    ]) {
      const { plan } = await testProject(text(then)).plan();
      expect(plan.steps.map(({ name }) => name)).toEqual(["only"]);
      expect(plan.leftOut).toEqual([{ step: "more", reason: "--param b=true brings it in" }]);
    }
  });

  it("do not make a plan fail when another value of a parameter loops for ever", async () => {
    const text = withSteps(
      `step("only", { run: noop() }); if (params.a) while (true);`,
      `params: z.object({ a: z.boolean().default(false) }),`,
    );
    expect((await testProject(text).plan({ timeoutMs: 4000 })).plan.steps.map(({ name }) => name)).toEqual(["only"]);
  }, 20_000);
});
