import { chmodSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { openTestStore } from "../../src/store/test-database.ts";
import { processesIn, Project, until } from "./project.ts";

let project: Project;
afterEach(() => project.remove());

const simple = (over: { scenarios?: string; step?: string; head?: string; params?: string } = {}): string => `
import { boolean, file, folder, json, number, pipeline, python, scenarios, shell, string, z } from "flotilla";
${over.head ?? ""}
export default pipeline("wrong", {
  params: z.object({ size: z.number().default(3) ${over.params ?? ""} }),
  scenarios: ${over.scenarios ?? `scenarios.product({ market: ["a"] })`},
}, ({ params, step }) => {
  step("train", ${over.step ?? `{ by: ["market"], run: python("work:fit"), outputs: { score: number() } }`});
});
`;

interface Case {
  readonly title: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly code: string;
  readonly says: RegExp;
}

const refusedAtTheEdge: Case[] = [
  { title: "a pipeline file that is not there", args: ["nowhere.ts"], code: "PIPELINE_NOT_FOUND", says: /nowhere\.ts/ },
  {
    title: "a pipeline file that does not compile",
    files: { "pipeline.ts": "export default {" },
    code: "PIPELINE_SYNTAX",
    says: /pipeline\.ts:1/,
  },
  {
    title: "a pipeline file that throws",
    files: { "pipeline.ts": simple({ head: `throw new Error("no luck");` }) },
    code: "PIPELINE_THREW",
    says: /no luck/,
  },
  {
    title: "a pipeline file that exports nothing",
    files: { "pipeline.ts": "export const x = 1;" },
    code: "PIPELINE_NO_EXPORT",
    says: /default/,
  },
  {
    title: "a pipeline file that exits",
    files: { "pipeline.ts": simple({ head: "process.exit(0);" }) },
    code: "PIPELINE_EXITED",
    says: /pipeline\.ts/,
  },
  { title: "a parameter that there is not", args: ["--param", "sice=4"], code: "PARAM_UNKNOWN", says: /size/ },
  { title: "a parameter of the wrong type", args: ["--param", "size=big"], code: "PARAM_INVALID", says: /size/ },
  {
    title: "a set without rows",
    files: { "pipeline.ts": simple({ scenarios: "scenarios.rows([], { dimensions: ['market'] })" }) },
    code: "SCENARIOS_EMPTY",
    says: /scenario/,
  },
  {
    title: "a CSV with a missing column",
    files: {
      "pipeline.ts": simple({ scenarios: `scenarios.fromCsv("./s.csv", { dimensions: ["market"] })` }),
      "s.csv": "region\nx\n",
    },
    code: "SCENARIOS_INVALID",
    says: /market/,
  },
  {
    title: "a CSV with a duplicate key",
    files: {
      "pipeline.ts": simple({ scenarios: `scenarios.fromCsv("./s.csv", { dimensions: ["market"] })` }),
      "s.csv": "market\nx\ny\nx\n",
    },
    code: "SCENARIOS_DUPLICATE",
    says: /4/,
  },
  {
    title: "a CSV with a broken line",
    files: {
      "pipeline.ts": simple({ scenarios: `scenarios.fromCsv("./s.csv", { dimensions: ["market"] })` }),
      "s.csv": "market,tier\nx,1\ny\n",
    },
    code: "SCENARIOS_INVALID",
    says: /3/,
  },
  {
    title: "a CSV with a quote that is never closed",
    files: {
      "pipeline.ts": simple({ scenarios: `scenarios.fromCsv("./s.csv", { dimensions: ["market"] })` }),
      "s.csv": 'market\nx\n"y\n',
    },
    code: "SCENARIOS_INVALID",
    says: /line 3.*never closed/,
  },
  {
    title: "parameters from a file that is no JSON",
    files: { "params.json": "size: 3" },
    args: ["--params", "params.json"],
    code: "PARAM_INVALID",
    says: /params\.json/,
  },
  {
    title: "an option that there is not, in the pipeline file",
    files: {
      "pipeline.ts": simple({ step: `{ by: ["market"], run: python("work:fit"), resources: { cpus: 2 } as any }` }),
    },
    code: "STEP_INVALID",
    says: /no option cpus/,
  },
  {
    title: "an output path outside of its folder",
    files: {
      "pipeline.ts": simple({ step: `{ run: python("work:fit"), outputs: { model: file("../model.bin") } }` }),
    },
    code: "STEP_INVALID",
    says: /\.\.\/model\.bin/,
  },
  {
    title: "requirements that are not there",
    files: {
      "pipeline.ts": simple({
        step: `{ run: python("work:fit", { environment: { requirements: "./requirements.txt" } }) }`,
      }),
    },
    code: "STEP_INVALID",
    says: /requirements\.txt/,
  },
  {
    title: "a key of 10 kB",
    files: { "pipeline.ts": simple({ scenarios: `scenarios.product({ market: ["x".repeat(10000)] })` }) },
    code: "SCENARIOS_INVALID",
    says: /1,?000/,
  },
  { title: "an unknown selection", args: ["--select", "relase"], code: "SELECTION_UNKNOWN", says: /relase/ },
  {
    title: "an unknown dimension in a filter",
    args: ["--where", "markt=a"],
    code: "DIMENSION_UNKNOWN",
    says: /market/,
  },
  {
    title: "a GPU, which the local platform does not count",
    files: {
      "pipeline.ts": simple({
        step: `{ by: ["market"], run: python("work:fit"), resources: ({ scenario }) => ({ gpu: scenario.market === "a" ? 1 : 0 }) }`,
      }),
    },
    code: "RESOURCES_IMPOSSIBLE",
    says: /neither counts GPUs.*pools/s,
  },
  {
    title: "a platform that there is not",
    files: { "pipeline.ts": simple({ step: `{ run: python("work:fit"), on: "locl" }` }) },
    code: "STEP_INVALID",
    says: /no platform of the profile laptop.*Did you mean .{1,2}local/s,
  },
  { title: "an unknown option", args: ["--selct", "all"], code: "USAGE", says: /--select/ },
];

describe("refused with exit code 2 before anything is started", () => {
  it.each(refusedAtTheEdge)("$title", async ({ files, args = [], code, says }) => {
    project = new Project({ "pipeline.ts": simple(), "work.py": "def fit():\n    return 1\n", ...files });
    const result = await project.flotilla("run", ...args, "--json");
    expect(result.code).toBe(2);
    const error = JSON.parse(result.stdout.trimEnd().split("\n").at(-1)!) as { type: string; error: { code: string } };
    expect(error.error.code).toBe(code);
    expect(result.stdout).toMatch(says);
    const plain = await project.flotilla("run", ...args);
    expect(plain.stderr).toMatch(says);
    expect(plain.stderr).toContain(code);
    expect(project.has(".flotilla/postgres"), "a store was made for nothing").toBe(false);
  });
});

const failsItsTask: Case[] = [
  { title: "a function that does not exist", files: { "work.py": "def fitt(): pass\n" }, code: "config", says: /fit/ },
  {
    title: "a module that is not there",
    files: { "work.py": "", "pipeline.ts": simple().replace("work:fit", "wrok:fit") },
    code: "config",
    says: /wrok/,
  },
  {
    title: "a module that fails on import",
    files: { "work.py": "import not_a_package_anywhere\ndef fit(): pass\n" },
    code: "user",
    says: /not_a_package_anywhere/,
  },
  {
    title: "an interpreter that is missing",
    files: {
      "pipeline.ts": simple({
        step: `{ by: ["market"], run: python("work:fit", { environment: { python: "python-none" } }), outputs: { score: number() } }`,
      }),
    },
    code: "config",
    says: /python-none/,
  },
  {
    title: "a declared output that was not written",
    files: {
      "pipeline.ts": simple({ step: `{ run: python("work:fit"), outputs: { model: file("model.bin") } }` }),
      "work.py": "def fit(): pass\n",
    },
    code: "user",
    says: /OUTPUT_MISSING.*model/s,
  },
  {
    title: "an output that nobody declared",
    files: { "work.py": "def fit():\n    return {'score': 1, 'extra': 2}\n" },
    code: "user",
    says: /OUTPUT_INVALID.*extra/s,
  },
  {
    title: "NaN",
    files: { "work.py": "def fit():\n    return float('nan')\n" },
    code: "user",
    says: /OUTPUT_INVALID.*nan/is,
  },
  {
    title: "a value of 100 MB",
    files: {
      "pipeline.ts": simple({ step: `{ run: python("work:fit"), outputs: { text: string() } }` }),
      "work.py": "def fit():\n    return 'x' * 100_000_000\n",
    },
    code: "user",
    says: /OUTPUT_INVALID/,
  },
  {
    title: "a link out of the output folder",
    files: {
      "pipeline.ts": simple({ step: `{ run: python("work:fit"), outputs: { model: file("model.bin") } }` }),
      "work.py": "import os\ndef fit(model):\n    os.symlink('/etc/passwd', model)\n",
    },
    code: "user",
    says: /OUTPUT_INVALID/,
  },
  {
    title: "a link out of an output that is a folder",
    files: {
      "pipeline.ts": simple({ step: `{ run: python("work:fit"), outputs: { models: folder("models") } }` }),
      "work.py": "import os\ndef fit(models):\n    os.symlink('/etc', os.path.join(models, 'out'))\n",
    },
    code: "user",
    says: /OUTPUT_INVALID.*models.*\/etc/s,
  },
  {
    title: "a value of another type than declared",
    files: { "work.py": "def fit():\n    return 'high'\n" },
    code: "user",
    says: /OUTPUT_INVALID.*score.*number.*high/s,
  },
  {
    title: "a parameter of the function that nothing fills",
    files: { "work.py": "def fit(rate):\n    return 1\n" },
    code: "config",
    says: /rate.*market/s,
  },
  {
    title: "a requirement that cannot be installed",
    files: {
      "pipeline.ts": simple({
        step: `{ run: python("work:fit", { environment: { requirements: "./requirements.txt" } }) }`,
      }),
      "requirements.txt": "./not-there-1.0-py3-none-any.whl\n",
    },
    code: "user",
    says: /ENVIRONMENT_FAILED: [^\n]*not-there-1\.0/,
  },
  {
    title: "more memory than the machine has",
    files: { "pipeline.ts": simple({ step: `{ run: python("work:fit"), resources: { memory: "900Ti" } }` }) },
    code: "config",
    says: /900 TiB/,
  },
];

describe("failing the task that it concerns, with a message that names the place", () => {
  it.each(failsItsTask)(
    "$title",
    async ({ files, code, says }) => {
      project = new Project({ "pipeline.ts": simple(), "work.py": "def fit():\n    return 1\n", ...files });
      const result = await project.flotilla("run");
      expect({ code: result.code, stderr: result.stderr }).toMatchObject({ code: 1 });
      expect(result.stdout).toMatch(says);
      const [failed] = await project.json<{ class: string }[]>("tasks", "--state", "failed");
      expect(failed!.class).toBe(code);
      await until(() => processesIn(project.directory).length === 0, "no process of the project is left");
      expect(project.has(".flotilla/postgres/data/postmaster.pid")).toBe(false);
    },
    120_000,
  );
});

it("takes a CSV with a byte order mark as one without", async () => {
  project = new Project({
    "pipeline.ts": simple({ scenarios: `scenarios.fromCsv("./s.csv", { dimensions: ["market"] })` }),
    "s.csv": "\ufeffmarket\nx\n",
    "work.py": "def fit(market):\n    return 1\n",
  });
  const { tasks } = await project.json<{ tasks: Record<string, number> }>("plan");
  expect(tasks).toEqual({ train: 1 });
});

it("leaves a store of a newer version alone, and says so", async () => {
  const server = await openTestStore();
  try {
    project = new Project({ "pipeline.ts": simple(), "work.py": "def fit():\n    return 1\n" });
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query("insert into flotilla.migration (number, breaking) values (9000, true)");
    await client.end();
    const result = await project.flotilla("run", "--database", server.url);
    expect(result.code).toBe(3);
    expect(result.stderr).toMatch(/STORE_NEWER/);
    expect(result.stderr).toMatch(/update Flotilla/);
  } finally {
    await server.close();
  }
}, 60_000);

it("keeps keys with any characters whole, from the set to the function and back", async () => {
  const strange = ["a/b", "c=d", `e"f`, "g'h", "i\nj", "k,l", "[m]", "100%", "🦊", " n "];
  project = new Project({
    "pipeline.ts": simple({
      scenarios: `scenarios.product({ market: ${JSON.stringify(strange)} })`,
      step: `{ by: ["market"], run: python("work:fit"), outputs: { echo: string() } }`,
    }),
    "work.py": "def fit(market):\n    return market\n",
  });
  expect((await project.flotilla("run")).code).toBe(0);
  const tasks = await project.json<{ ref: string; outputs: { echo: { value: string } } }[]>("tasks");
  expect(tasks.map(({ outputs }) => outputs.echo.value).toSorted()).toEqual(strange.toSorted());
  for (const { ref, outputs } of tasks)
    expect((await project.json<{ key: { market: string } }>("show", ref)).key.market).toBe(outputs.echo.value);
}, 120_000);

it("says so when the project folder cannot be written", async () => {
  project = new Project({ "pipeline.ts": simple(), "work.py": "def fit():\n    return 1\n" });
  // Root may write anywhere, so for root a file stands where the folder should be.
  if (process.getuid?.() === 0) project.write(".flotilla", "in the way");
  else chmodSync(join(project.directory), 0o555);
  const result = await project.flotilla("run");
  chmodSync(project.directory, 0o755);
  expect(result.code).toBe(3);
  expect(result.stderr).toContain("PROJECT_NOT_WRITABLE");
});
