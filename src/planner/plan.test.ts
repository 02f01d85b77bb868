import { describe, expect, it } from "vitest";
import { canonicalJson, type Json } from "../core/json.ts";
import type { PlanStep } from "../core/plan.ts";
import { testProject, withSteps } from "./test-project.ts";

/** The one step of a plan that matters to a test. */
async function planned(
  steps: string,
  options: { name?: string; files?: Readonly<Record<string, string>>; pipeline?: string } = {},
): Promise<PlanStep> {
  const { plan } = await testProject(withSteps(steps, options.pipeline), options.files).plan();
  return plan.steps.find(({ name }) => name === (options.name ?? "a"))!;
}

const flights = `import { file, first, number, ordered, pipeline, python, representative, scenarios, z } from "flotilla";
export default pipeline("flight-delays", {
  description: "a delay model for each origin and month",
  params: z.object({ lateMinutes: z.number().int().positive().default(15), tune: z.boolean().default(false) }),
  scenarios: scenarios.fromCsv("./fleet.csv", { dimensions: ["origin", ordered("month")] }),
  selections: { ci: first(1), pr: representative(2) },
  pools: { licences: 2 },
  failFast: true, timeout: "2h", concurrency: 8,
}, ({ params, step }) => {
  const data = step("extract", { run: python("flights.data:extract"), outputs: { flights: file("flights.parquet") } });
  if (params.tune) step("tune", { run: python("flights.train:search"), inputs: { flights: data.outputs.flights } });
  const model = step("train", {
    description: "one model each",
    by: ["month", "origin"],
    run: python("flights.train:fit", { environment: { requirements: "./requirements.txt" } }),
    inputs: { flights: data.outputs.flights, lateMinutes: params.lateMinutes, missing: undefined },
    outputs: { model: file("model.pkl"), auc: number({ optional: true, description: "area under the curve" }) },
    resources: ({ scenario }) => ({ cpu: 1, memory: scenario.flights > 500 ? "1Gi" : "512Mi" }),
    retry: { user: 1, outOfMemory: { attempts: 3, memory: "x1.5", upTo: "8Gi" }, fatalErrors: ["ValueError"] },
    timeout: "10m", pools: { licences: 1 }, priority: ({ scenario }) => scenario.flights, concurrency: 4,
  });
  step("report", { run: python("flights.report:write"), inputs: { auc: model.outputs.auc.collect({ atLeast: 0.95 }) }, outputs: { report: file("report.html") }, after: { step: data, outcome: "done" } });
});
`;
const files = {
  "fleet.csv": "origin,month,flights\nJFK,1,842\nJFK,2,400\nEWR,1,842\n",
  "requirements.txt": "pandas\n",
};

describe("a plan", () => {
  it("is what the pipeline says", async () => {
    const { plan, planHash } = await testProject(flights, files).plan();
    const golden = new URL("./test-plan.golden.json", import.meta.url);
    await expect(`${JSON.stringify({ plan, planHash }, null, 1)}\n`).toMatchFileSnapshot(golden.pathname);
  });

  it("has of secrets their names, and of pods what its step says", async () => {
    const text = withSteps(`step("a", {
      run: noop(), resources: { disk: "10Gi" }, retry: { disk: { attempts: 3, disk: "x2", upTo: "40Gi" } },
      secrets: { TOKEN: secret("api", "token") },
      kubernetes: { safeToEvict: true, nodeSelector: { pool: "gpu" }, overrides: { labels: { team: "a" } } },
    });`);
    const { plan } = await testProject(text).plan();
    expect(plan.steps[0]).toMatchObject({
      resources: { all: { cpu: 1, diskBytes: 10 * 2 ** 30 } },
      retry: { rules: { disk: { retries: 3, growth: { factor: 2, limitBytes: 40 * 2 ** 30 } } } },
      secrets: { TOKEN: { kind: "secret", name: "api", key: "token" } },
      kubernetes: { safeToEvict: true, nodeSelector: { pool: "gpu" }, overrides: { labels: { team: "a" } } },
    });
  });

  it("has the same bytes for the same input, in whatever folder, and another hash for another", async () => {
    const [one, two] = await Promise.all([testProject(flights, files).plan(), testProject(flights, files).plan()]);
    expect(JSON.stringify(one.plan)).toBe(JSON.stringify(two.plan));
    expect(one.planHash).toBe(two.planHash);
    expect((await testProject(flights, files).plan({ paramTexts: ["lateMinutes=16"] })).planHash).not.toBe(
      one.planHash,
    );
    expect((await testProject(flights, { ...files, "requirements.txt": "pandas==2\n" }).plan()).planHash).not.toBe(
      one.planHash,
    );
  });

  it("is plain JSON, and tells nothing of the machine", async () => {
    const project = testProject(flights, files);
    const { plan } = await project.plan();
    const text = canonicalJson(plan as unknown as Json);
    expect(JSON.parse(text)).toEqual(plan);
    expect(text).not.toContain(project.folder);
  });
});

describe("steps", () => {
  it("stand after what they need, and else as declared", async () => {
    const { plan } = await testProject(
      withSteps(`step("c", { run: noop(), after: "a" });\nstep("b", { run: noop() });\nstep("a", { run: noop() });`),
    ).plan();
    expect(plan.steps.map(({ name }) => name)).toEqual(["a", "c", "b"]);
    expect(plan.steps[1]!.after).toEqual([{ step: "a", outcome: "succeeded" }]);
  });

  it("have their dimensions in the order of the table", async () => {
    expect((await planned(`step("a", { by: ["month", "market"], run: noop() });`)).by).toEqual(["market", "month"]);
  });

  it("may read the same output as one value and as a collection", async () => {
    const write = `const w = step("w", { by: ["market"], run: noop(), outputs: { x: number() } });\n`;
    expect(
      (
        await planned(
          `${write}step("a", { by: ["market"], run: noop(), inputs: { one: w.outputs.x, all: w.outputs.x.collect() } });`,
        )
      ).inputs,
    ).toEqual({
      one: { type: "output", step: "w", output: "x" },
      all: { type: "output", step: "w", output: "x", collect: { atLeast: 1 } },
    });
  });

  it("read the value before along an ordered dimension, also their own", async () => {
    const write = `const w = step("w", { by: ["month"], run: noop(), outputs: { x: number() } });\n`;
    const step = await planned(
      `${write}step("a", { by: ["market", "month"], run: noop(), outputs: { m: number() }, inputs: { w: w.outputs.x.previous("month"), me: own("m").previous("month") } });`,
    );
    expect(step.inputs).toEqual({
      w: { type: "output", step: "w", output: "x", previous: "month" },
      me: { type: "output", step: "a", output: "m", previous: "month" },
    });
  });

  it("are run by a command with references, or by a script that is told everything by name", async () => {
    const step = (run: string): string =>
      `step("a", { by: ["market"], run: ${run}, inputs: { n: 1 }, outputs: { out: file("out.txt") } });`;
    expect(
      (
        await planned(
          step(`shell(["cp", ref.input("n"), ref.output("out")], { env: { M: ref.dimension("market"), X: "y" } })`),
        )
      ).work,
    ).toEqual({
      type: "shell",
      argv: ["cp", { ref: "input", name: "n" }, { ref: "output", name: "out" }],
      env: { M: { ref: "dimension", name: "market" }, X: "y" },
    });
    expect((await planned(step(`shell.script('echo "$n" > "$out"')`))).work).toEqual({
      type: "shell",
      argv: ["sh", "-euc", 'echo "$n" > "$out"'],
      env: {
        n: { ref: "input", name: "n" },
        out: { ref: "output", name: "out" },
        market: { ref: "dimension", name: "market" },
      },
    });
  });

  it("run an image's own entry point, with words of theirs", async () => {
    const step = (run: string): string => `step("a", { by: ["market"], run: ${run}, inputs: { n: 1 } });`;
    expect((await planned(step("container()"))).work).toEqual({ type: "container", env: {} });
    const full = `container({ command: ["/score"], args: ["-n", ref.input("n")], env: { M: ref.dimension("market") } })`;
    expect((await planned(step(full))).work).toEqual({
      type: "container",
      command: ["/score"],
      args: ["-n", { ref: "input", name: "n" }],
      env: { M: { ref: "dimension", name: "market" } },
    });
  });

  it("name Node modules relative to the project", async () => {
    expect((await planned(`step("a", { run: node("./lib/clean.ts:clean") });`)).work).toEqual({
      type: "node",
      module: "lib/clean.ts",
      function: "clean",
    });
  });
});

describe("functions over scenarios", () => {
  it("give each task its own, stored once per distinct value", async () => {
    const step = await planned(
      `step("a", { by: ["market", "month"], run: noop(), resources: ({ scenario }: any) => ({ cpu: scenario.month, memory: scenario.month === 1 ? "1024" : "1Ki" }), priority: ({ key }: any) => (key.market === "a" ? 5 : 1) });`,
    );
    expect(step.resources).toEqual({
      values: [
        { cpu: 1, memoryBytes: 1024 },
        { cpu: 2, memoryBytes: 1024 },
      ],
      of: [0, 1, 0, 1],
    });
    expect(step.priority).toEqual({ values: [5, 1], of: [0, 0, 1, 1] });
  });

  it("give one value where all tasks have the same", async () => {
    expect((await planned(`step("a", { by: ["market"], run: noop(), priority: () => 3 });`)).priority).toEqual({
      all: 3,
    });
  });

  it("see all scenarios of a task that stands for several", async () => {
    const step = await planned(
      `step("a", { by: ["market"], run: noop(), priority: ({ scenario, scenarios }: any) => scenarios.length * 10 + Math.max(...scenarios.map((s: any) => s.month)) + (scenario.market === "a" ? 0 : 100) });`,
    );
    expect(step.priority).toEqual({ values: [22, 122], of: [0, 1] });
  });

  it("are refused when they read what differs within a task, or what there is not", async () => {
    const refused = (body: string) =>
      testProject(
        withSteps(`step("a", { by: ["market"], run: noop(), priority: ({ scenario }: any) => ${body} });`),
      ).refused();
    expect(await refused("scenario.month")).toMatchObject({
      code: "STEP_INVALID",
      message: expect.stringContaining("scenario.month differs"),
      mend: expect.stringContaining("scenarios"),
      place: { step: "a" },
    });
    expect(await refused("scenario.markt")).toMatchObject({
      code: "DIMENSION_UNKNOWN",
      message: expect.stringContaining('Did you mean "market"?'),
    });
  });

  it("may print, copy and list a scenario", async () => {
    const step = await planned(
      `step("a", { by: ["market", "month"], run: noop(), priority: ({ scenario }: any) => { console.error(scenario); return Object.keys({ ...scenario }).length + JSON.stringify(scenario).length + ("market" in scenario ? 100 : 0); } });`,
    );
    expect(step.priority).toEqual({ all: 2 + '{"market":"a","month":1}'.length + 100 });
  });

  it("may rely on labels that are declared with their types", async () => {
    const text = `import { noop, pipeline, scenarios } from "flotilla";
export default pipeline("t", { scenarios: scenarios.fromJson("s.json", { dimensions: ["a"], labels: { n: "number" } }) }, ({ step }) => { step("x", { by: ["a"], run: noop() }); });
`;
    const plan = (rows: string) => testProject(text, { "s.json": rows });
    expect((await plan(`[{"a":1,"n":2,"other":"x"}]`).plan()).plan.scenarios.columns.map(({ name }) => name)).toEqual([
      "a",
      "n",
    ]);
    expect(await plan(`[{"a":1,"n":2},{"a":2,"n":"many"}]`).refused()).toMatchObject({
      code: "SCENARIOS_INVALID",
      message: expect.stringContaining('"many"'),
      place: { name: "n" },
    });
    expect(await plan(`[{"a":1,"n":2},{"a":2}]`).refused()).toMatchObject({
      code: "SCENARIOS_INVALID",
      message: expect.stringContaining("missing in scenario 2"),
    });
  });
});

describe("environments", () => {
  const need = (name: string, env: string): string =>
    `step("${name}", { run: python("m:f", { environment: ${env} }) });\n`;

  it("become steps that those who need them come after; equal ones are one", async () => {
    const text = withSteps(
      `${need("a", `{ requirements: "r.txt" }`)}${need("b", `{ requirements: "./r.txt" }`)}${need("c", `{ requirements: "other.txt", name: "plots" }`)}step("d", { run: python("m:f", { environment: { python: "python3.11" } }) });`,
    );
    const { plan } = await testProject(text, { "r.txt": "numpy\n", "other.txt": "matplotlib\n" }).plan();
    expect(plan.steps.map(({ name, work }) => `${name} ${work.type}`)).toEqual([
      "environment environment",
      "environment-plots environment",
      "a python",
      "b python",
      "c python",
      "d python",
    ]);
    expect(plan.steps.find(({ name }) => name === "b")!.after).toEqual([{ step: "environment", outcome: "succeeded" }]);
    expect(plan.steps.find(({ name }) => name === "d")!.work).toMatchObject({
      environment: { type: "interpreter", python: "python3.11" },
    });
    expect(plan.leftOut).toEqual([]);
  });

  it("are built for each platform that needs them, and there", async () => {
    const on = (name: string, place: string): string =>
      `step("${name}", { run: python("m:f", { environment: { requirements: "r.txt" } }), on: "${place}" });\n`;
    const text = withSteps(on("a", "cpu") + on("b", "gpu") + on("c", "cpu"));
    const { plan } = await testProject(text, { "r.txt": "numpy\n" }).plan();
    expect(plan.steps.map((step) => [step.name, step.on, step.after[0]?.step])).toEqual([
      ["environment", "cpu", undefined],
      ["environment-2", "gpu", undefined],
      ["a", "cpu", "environment"],
      ["b", "gpu", "environment-2"],
      ["c", "cpu", "environment"],
    ]);
  });

  it("have another hash when anything changes that goes into them", async () => {
    const hash = async (
      files: Readonly<Record<string, string>>,
      env = `{ requirements: "deps/r.txt" }`,
    ): Promise<string> => {
      const { work } = await planned(need("a", env), { files });
      return work.type === "python" && work.environment.type === "venv" ? work.environment.hash : "";
    };
    const base = {
      "deps/r.txt": "-r more.txt\n-c ../limits.txt\nnumpy\n",
      "deps/more.txt": "scipy\n",
      "limits.txt": "numpy<3\n",
    };
    const first = await hash(base);
    expect(await hash(base)).toBe(first);
    const changed = [
      await hash({ ...base, "deps/r.txt": `${base["deps/r.txt"]}pandas\n` }),
      await hash({ ...base, "deps/more.txt": "scipy==1\n" }),
      await hash({ ...base, "limits.txt": "numpy<2\n" }),
      await hash(base, `{ requirements: "deps/r.txt", python: "python3.11" }`),
    ];
    expect(new Set([first, ...changed]).size).toBe(5);
    const locked = { "uv.lock": "x", "pyproject.toml": "y" };
    expect(await hash(locked, `{ lock: "uv.lock" }`)).not.toBe(
      await hash({ ...locked, "pyproject.toml": "z" }, `{ lock: "uv.lock" }`),
    );
  });

  it("name the included file that is not there", async () => {
    const error = await testProject(withSteps(need("a", `{ requirements: "r.txt" }`)), {
      "r.txt": "-r none.txt\n",
    }).refused();
    expect(error).toMatchObject({ code: "STEP_INVALID", message: expect.stringContaining("none.txt cannot be read") });
  });

  it("may be given to the step instead", async () => {
    const { plan } = await testProject(
      withSteps(`step("a", { run: python("m:f"), environment: { requirements: "r.txt" } });`),
      { "r.txt": "numpy\n" },
    ).plan();
    expect(plan.steps.map(({ name }) => name)).toEqual(["environment", "a"]);
  });
});
