import { describe, expect, it } from "vitest";
import type { NamedProfile } from "../core/profile.ts";
import { testProject, withSteps } from "./test-project.ts";

const writer = `const w = step("write", { by: ["market", "month"], run: noop(), outputs: { x: number(), f: file("f.txt") } });\n`;

interface Wrong {
  readonly title: string;
  readonly steps: string;
  readonly options?: string;
  readonly code: string;
  readonly says: string | RegExp;
}

const wrong: Wrong[] = [
  {
    title: "a container step that names an input it has not",
    steps: `step("a", { run: container({ args: [ref.input("n")] as never[] }) });`,
    code: "WIRING_INVALID",
    says: /the input n in its command.*has none/s,
  },
  {
    title: "a container step with secrets",
    steps: `step("a", { run: container(), secrets: { PASSWORD: secret("db", "password") } });`,
    code: "STEP_INVALID",
    says: /nothing in its container would keep them out of its log/,
  },
  {
    title: "a container step that says pack",
    steps: `step("a", { run: container(), pack: { upTo: 10 } });`,
    code: "STEP_INVALID",
    says: /says pack/,
  },
  {
    title: "a container step with an empty command",
    steps: `step("a", { run: container({ command: [] }) });`,
    code: "STEP_INVALID",
    says: /empty command/,
  },
  {
    title: "a container step that sets a variable of ours",
    steps: `step("a", { run: container({ env: { FLOTILLA_INPUTS: "/" } }) });`,
    code: "STEP_INVALID",
    says: /FLOTILLA_INPUTS.*are ours/s,
  },
  {
    title: "a container step that writes a file where its values go",
    steps: `step("a", { run: container(), outputs: { out: file("./values.json") } });`,
    code: "STEP_INVALID",
    says: /values\.json, where a container step writes its values/,
  },
  {
    title: "a container step with an option that there is not",
    steps: `step("a", { run: container({ arg: ["x"] } as never) });`,
    code: "STEP_INVALID",
    says: /arg/,
  },
  {
    title: "an image with a space",
    steps: `step("a", { run: noop(), image: "python 3.12" });`,
    code: "STEP_INVALID",
    says: /image.*python:3\.12-slim/s,
  },
  { title: "no steps at all", steps: "", code: "STEP_INVALID", says: "no steps" },
  { title: "a name with a space", steps: `step("my step", { run: noop() });`, code: "STEP_INVALID", says: "name" },
  {
    title: "a name that begins with a capital",
    steps: `step("Train", { run: noop() });`,
    code: "STEP_INVALID",
    says: "name",
  },
  {
    title: "a name of 64 characters",
    steps: `step("${"x".repeat(64)}", { run: noop() });`,
    code: "STEP_INVALID",
    says: "63",
  },
  {
    title: "two steps of one name",
    steps: `step("a", { run: noop() });\nstep("a", { run: noop() });`,
    code: "STEP_DUPLICATE",
    says: "a is declared twice",
  },
  { title: "a step without work", steps: `step("a", {});`, code: "STEP_INVALID", says: "run" },
  { title: "a step without options", steps: `step("a");`, code: "STEP_INVALID", says: "a" },
  {
    title: "a dimension that the set lacks",
    steps: `step("a", { by: ["markt"], run: noop() });`,
    code: "DIMENSION_UNKNOWN",
    says: 'Did you mean "market"?',
  },
  {
    title: "a dimension twice",
    steps: `step("a", { by: ["market", "market"], run: noop() });`,
    code: "STEP_INVALID",
    says: "twice",
  },
  {
    title: "a collection where one value is expected",
    steps: `${writer}step("a", { by: ["market"], run: noop(), inputs: { x: w.outputs.x } });`,
    code: "WIRING_INVALID",
    says: ".collect()",
  },
  {
    title: "an output that nobody writes",
    steps: `${writer}step("a", { run: noop(), inputs: { x: { ...w.outputs.x.collect(), output: "y" } } });`,
    code: "WIRING_INVALID",
    says: "nobody writes",
  },
  {
    title: "an output that the step lacks, read as undefined.collect()",
    steps: `${writer}step("a", { run: noop(), inputs: { x: w.outputs.y.collect() } });`,
    code: "PIPELINE_THREW",
    says: "collect",
  },
  {
    title: "a step of another pipeline",
    steps: `step("a", { run: noop(), after: { kind: "step", name: "b", outputs: {} } });`,
    code: "WIRING_INVALID",
    says: "no such step",
  },
  {
    title: "previous along a dimension without order",
    steps: `${writer}step("a", { by: ["market", "month"], run: noop(), inputs: { x: w.outputs.x.previous("market") } });`,
    code: "WIRING_INVALID",
    says: "order",
  },
  {
    title: "previous along a dimension that the reader lacks",
    steps: `${writer}step("a", { by: ["market"], run: noop(), inputs: { x: w.outputs.x.previous("month") } });`,
    code: "WIRING_INVALID",
    says: "month",
  },
  {
    title: "previous along a dimension that the writer lacks",
    steps: `const w = step("w", { by: ["market"], run: noop(), outputs: { x: number() } });\nstep("a", { by: ["market", "month"], run: noop(), inputs: { x: w.outputs.x.previous("month") } });`,
    code: "WIRING_INVALID",
    says: "month",
  },
  {
    title: "atLeast of 0",
    steps: `${writer}step("a", { run: noop(), inputs: { x: w.outputs.x.collect({ atLeast: 0 }) } });`,
    code: "WIRING_INVALID",
    says: "atLeast",
  },
  {
    title: "atLeast of 1.5",
    steps: `${writer}step("a", { run: noop(), inputs: { x: w.outputs.x.collect({ atLeast: 1.5 }) } });`,
    code: "WIRING_INVALID",
    says: "atLeast",
  },
  {
    title: "atLeast of NaN",
    steps: `${writer}step("a", { run: noop(), inputs: { x: w.outputs.x.collect({ atLeast: NaN }) } });`,
    code: "WIRING_INVALID",
    says: "atLeast",
  },
  {
    title: "an output outside of its folder",
    steps: `step("a", { run: noop(), outputs: { x: file("../x") } });`,
    code: "STEP_INVALID",
    says: '"../x"',
  },
  {
    title: "an output at an absolute path",
    steps: `step("a", { run: noop(), outputs: { x: folder("/tmp/x") } });`,
    code: "STEP_INVALID",
    says: '"/tmp/x"',
  },
  {
    title: "two outputs at one path",
    steps: `step("a", { run: noop(), outputs: { x: file("x"), y: file("./x") } });`,
    code: "STEP_INVALID",
    says: "x",
  },
  {
    title: "an output inside of another",
    steps: `step("a", { run: noop(), outputs: { x: folder("x"), y: file("x/y") } });`,
    code: "STEP_INVALID",
    says: "x/y",
  },
  {
    title: "resources that there are not",
    steps: `step("a", { run: noop(), resources: { cpus: 2 } });`,
    code: "STEP_INVALID",
    says: "resources has no option cpus",
  },
  {
    title: "a source of an environment that there is not",
    steps: `step("a", { run: python("x:y", { environment: environment({ uvLock: "./uv.lock" }) }) });`,
    code: "STEP_INVALID",
    says: "environment() has no option uvLock",
  },
  {
    title: "two sources of an environment",
    steps: `step("a", { run: python("x:y", { environment: { requirements: "./r.txt", lock: "./uv.lock" } }) });`,
    code: "STEP_INVALID",
    says: "requirements and lock",
  },
  {
    title: "an option of an output that there is not",
    steps: `step("a", { run: noop(), outputs: { x: number({ optinal: true }) } });`,
    code: "STEP_INVALID",
    says: "number() has no option optinal",
  },
  {
    title: "an option of a command that there is not",
    steps: `step("a", { run: shell(["true"], { enviroment: {} }) });`,
    code: "STEP_INVALID",
    says: "shell() has no option enviroment",
  },
  {
    title: "an input and an output of one name",
    steps: `${writer}step("a", { run: noop(), inputs: { x: 1 }, outputs: { x: file("x") } });`,
    code: "STEP_INVALID",
    says: "x",
  },
  {
    title: "an input named as a dimension",
    steps: `step("a", { by: ["market"], run: noop(), inputs: { market: 1 } });`,
    code: "STEP_INVALID",
    says: "market",
  },
  {
    title: "an input that is no JSON",
    steps: `step("a", { run: noop(), inputs: { x: () => 1 } });`,
    code: "STEP_INVALID",
    says: "x",
  },
  {
    title: "an input that holds NaN",
    steps: `step("a", { run: noop(), inputs: { x: [NaN] } });`,
    code: "STEP_INVALID",
    says: "x",
  },
  {
    title: "an input name that is no identifier",
    steps: `step("a", { run: noop(), inputs: { "a b": 1 } });`,
    code: "STEP_INVALID",
    says: '"a b"',
  },
  {
    title: "an output that is not made by an output function",
    steps: `step("a", { run: noop(), outputs: { x: "model.pkl" } });`,
    code: "STEP_INVALID",
    says: "x",
  },
  { title: "no CPU", steps: `step("a", { run: noop(), resources: { cpu: 0 } });`, code: "STEP_INVALID", says: "0" },
  {
    title: "memory that cannot be read",
    steps: `step("a", { run: noop(), resources: { memory: "12 potatoes" } });`,
    code: "STEP_INVALID",
    says: "12 potatoes",
  },
  {
    title: "half a GPU",
    steps: `step("a", { run: noop(), resources: { gpu: 0.5 } });`,
    code: "STEP_INVALID",
    says: "gpu",
  },
  {
    title: "a pool that is not declared",
    steps: `step("a", { run: noop(), pools: { licences: 1 } });`,
    code: "STEP_INVALID",
    says: "licences",
  },
  {
    title: "more of a pool than there is",
    steps: `step("a", { run: noop(), pools: { licences: 3 } });`,
    options: "pools: { licences: 2 },",
    code: "STEP_INVALID",
    says: "licences",
  },
  {
    title: "half a unit of a pool",
    steps: `step("a", { run: noop(), pools: { licences: 0.5 } });`,
    options: "pools: { licences: 2 },",
    code: "STEP_INVALID",
    says: "licences",
  },
  {
    title: "an override that would give a pod the node",
    steps: `step("a", { run: noop(), kubernetes: { overrides: { privileged: true } } as any });`,
    code: "STEP_INVALID",
    says: /kubernetes\.overrides: .*the whole node/,
  },
  {
    title: "a secret that is written out",
    steps: `step("a", { run: noop(), secrets: { PASSWORD: "hunter2" } as any });`,
    code: "STEP_INVALID",
    says: /secrets\.PASSWORD/,
  },
  {
    title: "a disk that is none",
    steps: `step("a", { run: noop(), resources: { disk: "much" } });`,
    code: "STEP_INVALID",
    says: /much/,
  },
  {
    title: "a disk that grows by nothing",
    steps: `step("a", { run: noop(), retry: { disk: { disk: "x1", upTo: "1Gi" } } });`,
    code: "STEP_INVALID",
    says: /retry\.disk\.disk/,
  },
  {
    title: "a Python reference without a function",
    steps: `step("a", { run: python("flights.train") });`,
    code: "STEP_INVALID",
    says: "flights.train",
  },
  {
    title: "a Python reference with a path",
    steps: `step("a", { run: python("flights/train.py:fit") });`,
    code: "STEP_INVALID",
    says: "package.module:function",
  },
  {
    title: "a Node reference without a function",
    steps: `step("a", { run: node("./x.ts") });`,
    code: "STEP_INVALID",
    says: "./x.ts",
  },
  {
    title: "a Node module outside of the project",
    steps: `step("a", { run: node("../x.ts:run") });`,
    code: "STEP_INVALID",
    says: "../x.ts",
  },
  { title: "an empty command", steps: `step("a", { run: shell([]) });`, code: "STEP_INVALID", says: "command" },
  {
    title: "a command with an input that the step lacks",
    steps: `step("a", { run: shell(["cat", ref.input("data")]) });`,
    code: "WIRING_INVALID",
    says: "data",
  },
  {
    title: "a timeout that cannot be read",
    steps: `step("a", { run: noop(), timeout: "soon" });`,
    code: "STEP_INVALID",
    says: "soon",
  },
  {
    title: "a concurrency of 0",
    steps: `step("a", { run: noop(), concurrency: 0 });`,
    code: "STEP_INVALID",
    says: "concurrency",
  },
  {
    title: "a pack of no tasks",
    steps: `step("a", { run: noop(), pack: { upTo: 0 } });`,
    code: "STEP_INVALID",
    says: "pack.upTo",
  },
  {
    title: "a pack with a member that there is not",
    steps: `step("a", { run: noop(), pack: { upTo: 10, size: 3 } });`,
    code: "STEP_INVALID",
    says: "size",
  },
  {
    title: "a negative number of retries",
    steps: `step("a", { run: noop(), retry: { user: -1 } });`,
    code: "STEP_INVALID",
    says: "retry.user",
  },
  {
    title: "a retry class that there is not",
    steps: `step("a", { run: noop(), retry: { usr: 1 } });`,
    code: "STEP_INVALID",
    says: "usr",
  },
  {
    title: "memory growth by a factor below 1",
    steps: `step("a", { run: noop(), retry: { outOfMemory: { memory: "x0.5", upTo: "1Gi" } } });`,
    code: "STEP_INVALID",
    says: "x0.5",
  },
  {
    title: "a priority that is no number",
    steps: `step("a", { run: noop(), priority: () => NaN });`,
    code: "STEP_INVALID",
    says: "priority",
  },
  {
    title: "an environment of a file that is not there",
    steps: `step("a", { run: python("m:f", { environment: { requirements: "./none.txt" } }) });`,
    code: "STEP_INVALID",
    says: "./none.txt",
  },
  {
    title: "an environment of a file outside of the project",
    steps: `step("a", { run: python("m:f", { environment: { requirements: "../none.txt" } }) });`,
    code: "STEP_INVALID",
    says: "outside",
  },
  {
    title: "an option that there is not",
    steps: `step("a", { run: noop(), timeuot: "1m" });`,
    code: "STEP_INVALID",
    says: 'Did you mean "timeout"?',
  },
  {
    title: "after a name that there is not",
    steps: `step("a", { run: noop(), after: "wrte" });\nstep("write", { run: noop() });`,
    code: "WIRING_INVALID",
    says: 'Did you mean "write"?',
  },
  {
    title: "a circle",
    steps: `step("a", { run: noop(), after: "c" });\nconst b = step("b", { run: noop(), after: "a" });\nstep("c", { run: noop(), after: b });`,
    code: "STEP_CYCLE",
    says: /a.*c.*b.*a|a.*b.*c.*a/,
  },
];

describe("a step and the platforms that there are", () => {
  const profile: NamedProfile = {
    name: "mine",
    platforms: {
      cluster: { type: "kubernetes", image: "python:3.12" },
      small: { type: "local", cpus: 2, memoryBytes: 2 ** 30 },
      containers: { type: "docker" },
      bareCluster: { type: "kubernetes" },
      helped: { type: "kubernetes", helperImage: "python:3.12" },
      cards: {
        type: "docker",
        image: "python:3.12",
        gpus: 2,
        secretSources: { db: { password: { env: "DB_PASSWORD" } } },
      },
      disks: {
        type: "kubernetes",
        image: "python:3.12",
        volumes: [{ persistentVolumeClaim: "data", to: "/data" }],
      },
    },
    others: "refused",
  };
  const gpuOn = (on: string, gpu: string): string =>
    withSteps(`step("a", { by: ["market"], run: python("m:f"), on: "${on}", resources: ${gpu} });`);

  it("refuses GPUs where they are not counted, also for a single scenario, and takes them where they are", async () => {
    const some = "({ scenario }) => (scenario.market === 'b' ? { gpu: 2 } : {})";
    const error = await testProject(gpuOn("local", some)).refused({ profile });
    expect(error).toMatchObject({ code: "RESOURCES_IMPOSSIBLE", place: { step: "a", line: 6 } });
    expect(error.message).toContain("asks for 2 GPU");
    expect(error.mend).toContain("pools: { gpu: 1 }");
    await expect(testProject(gpuOn("cluster", some)).plan({ profile })).resolves.toBeDefined();
    await expect(testProject(gpuOn("local", "{ gpu: 0 }")).plan({ profile })).resolves.toBeDefined();
  });

  it("refuses a platform that there is not", async () => {
    const error = await testProject(gpuOn("clutser", "{}")).refused({ profile });
    expect(error).toMatchObject({ code: "STEP_INVALID", place: { step: "a", line: 6 } });
    expect(error.mend).toContain('Did you mean "cluster"?');
    expect(error.mend).toContain("local, cluster, small, containers, bareCluster, helped, cards, disks");
    expect(error.mend).toContain("profiles.mine.platforms.clutser");
  });

  it("counts the cards that a Docker engine is said to have", async () => {
    await expect(testProject(gpuOn("cards", "{ gpu: 2 }")).plan({ profile })).resolves.toBeDefined();
    const error = await testProject(gpuOn("cards", "{ gpu: 3 }")).refused({ profile });
    expect(error).toMatchObject({ code: "RESOURCES_IMPOSSIBLE", message: expect.stringContaining("has 2 in all") });
  });

  it("refuses a secret of which the platform does not know where it is, and takes one of which it does", async () => {
    const needs = (on: string, key: string): string =>
      withSteps(`step("a", { run: python("m:f"), on: "${on}", secrets: { PASSWORD: secret("db", "${key}") } });`);
    for (const on of ["cards", "cluster"])
      await expect(testProject(needs(on, "password")).plan({ profile })).resolves.toBeDefined();
    const unknown = await testProject(needs("cards", "token")).refused({ profile });
    expect(unknown.message).toContain("needs the secret db (token)");
    expect(unknown.mend).toContain("secretSources");
    const local = await testProject(needs("local", "password")).refused({ profile });
    expect(local).toMatchObject({ code: "STEP_INVALID", mend: expect.stringContaining("docker() or kubernetes()") });
  });

  it("knows of the platform of a last attempt what it knows of the first, and comes to it sooner", async () => {
    const last = (on: string, more = ""): string =>
      withSteps(`step("a", { run: python("m:f"), on: "cluster", lastAttemptOn: "${on}" ${more} });`);
    const { plan } = await testProject(last("disks")).plan({ profile });
    expect(plan.steps[0]).toMatchObject({ lastAttemptOn: "disks", retry: { rules: { disrupted: { retries: 3 } } } });
    const unknown = await testProject(last("on-demand")).refused({ profile });
    expect(unknown.message).toContain("runs on on-demand, which is no platform of the profile");
    const never = await testProject(last("disks", ", retry: { disrupted: 0 }")).refused({ profile });
    expect(never.message).toContain("retry.disrupted is 0");
  });

  it("refuses pod options that do not go together with those of the platform", async () => {
    const mounts = (to: string): string =>
      withSteps(
        `step("a", { run: python("m:f"), on: "disks", kubernetes: { volumes: [{ emptyDir: {}, to: "${to}" }] } });`,
      );
    await expect(testProject(mounts("/scratch")).plan({ profile })).resolves.toBeDefined();
    const error = await testProject(mounts("/data")).refused({ profile });
    expect(error).toMatchObject({ code: "STEP_INVALID", place: { step: "a", line: 6 } });
    expect(error.message).toContain('two volumes are to be mounted at "/data"');
  });

  it("takes any name where those that are not bound run on this machine", async () => {
    const anywhere = { ...profile, others: "local" } as const;
    await expect(testProject(gpuOn("clutser", "{}")).plan({ profile: anywhere })).resolves.toBeDefined();
  });

  it("refuses a name that is nearly local even there", async () => {
    const anywhere = { ...profile, others: "local" } as const;
    const error = await testProject(gpuOn("locl", "{}")).refused({ profile: anywhere });
    expect(error).toMatchObject({ code: "STEP_INVALID", mend: expect.stringContaining('Did you mean "local"?') });
  });

  it.each([
    ["{ cpu: 3 }", "asks for 3 CPU, and the platform small has 2 in all"],
    ['{ memory: "2Gi" }', "asks for 2 GiB of memory, and the platform small has 1 GiB in all"],
  ])("refuses %s where the profile promises less", async (resources, says) => {
    const error = await testProject(gpuOn("small", resources)).refused({ profile });
    expect(error).toMatchObject({ code: "RESOURCES_IMPOSSIBLE", place: { step: "a", line: 6 } });
    expect(error.message).toContain(says);
  });

  it("takes all that the profile promises", async () => {
    const all = gpuOn("small", '{ cpu: 2, memory: "1Gi" }');
    await expect(testProject(all).plan({ profile })).resolves.toBeDefined();
  });

  it("refuses a step without an image on a platform that needs one, and takes it with one of its own", async () => {
    const onContainers = (image: string): string =>
      withSteps(`step("a", { run: python("m:f"), on: "containers" ${image} });`);
    const error = await testProject(onContainers("")).refused({ profile });
    expect(error).toMatchObject({ code: "STEP_INVALID", place: { step: "a", line: 6 } });
    expect(error.message).toContain("has no image");
    const planned = testProject(onContainers(', image: "python:3.12"')).plan({ profile });
    await expect(planned).resolves.toMatchObject({ plan: { steps: [{ image: "python:3.12" }] } });
  });

  it.each([
    [`node("./m.ts:f")`, "", "is a Node function"],
    [`python("m:f", { environment: { requirements: "./r.txt" } })`, "", "an environment of its own"],
    [`python("m:f", { environment: { requirements: "./r.txt" } })`, `, image: "python:3.12"`, undefined],
  ])("of %s on a platform of containers%s says what its image cannot give", async (run, image, says) => {
    const text = withSteps(`step("a", { run: ${run}, on: "cluster" ${image} });`);
    const project = testProject(text, { "r.txt": "numpy\n", "m.ts": "export function f() {}" });
    if (says === undefined) return expect(project.plan({ profile })).resolves.toBeDefined();
    expect(await project.refused({ profile })).toMatchObject({
      code: "STEP_INVALID",
      message: expect.stringContaining(says),
    });
  });

  it.each([
    ["local", "", "which is this machine, and is a container step"],
    ["containers", "", "has no image"],
    ["containers", `, image: "any"`, undefined],
    ["bareCluster", `, image: "any"`, "nothing could bring it its inputs"],
    ["helped", `, image: "any"`, undefined],
    ["cluster", "", undefined],
  ])("of a container step on %s%s says what is missing there", async (on, image, says) => {
    const project = testProject(withSteps(`step("a", { run: container(), on: "${on}" ${image} });`));
    if (says === undefined) return expect(project.plan({ profile })).resolves.toBeDefined();
    expect(await project.refused({ profile })).toMatchObject({
      code: "STEP_INVALID",
      message: expect.stringContaining(says),
    });
  });

  it("is planned to the same hash whatever stands behind its names", async () => {
    const project = testProject(gpuOn("local", "{}"));
    const [plain, bound] = [await project.plan(), await project.plan({ profile })];
    expect(bound.planHash).toBe(plain.planHash);
  });
});

describe("refused when planned, with the place of the step and the mend", () => {
  it.each(wrong)("$title", async ({ steps, options, code, says }) => {
    const text = withSteps(steps, options);
    const error = await testProject(text).refused();
    expect({ code: error.code, message: error.message, mend: error.mend }).toMatchObject({ code });
    expect(`${error.message} ${error.mend}`).toMatch(says);
    expect(error.mend).toBeTruthy();
    if (steps === "") return;
    // The last step of each case is the wrong one, but for the forward reference and the circle, which begins with the first.
    const lines = text.split("\n");
    const isFirst = code === "STEP_CYCLE" || steps.includes("wrte");
    const expected = isFirst
      ? lines.findIndex((line) => line.includes("step("))
      : lines.findLastIndex((line) => line.includes("step("));
    expect(error.place).toMatchObject({ line: expected + 1, file: expect.stringMatching(/pipeline\.ts$/) });
  });

  it.each([
    [
      "a name with a space",
      withSteps(`step("a", { run: noop() });`).replace(`pipeline("test"`, `pipeline("my test"`),
      "my test",
    ],
    ["a timeout that cannot be read", withSteps(`step("a", { run: noop() });`, `timeout: "soon",`), "soon"],
    ["a concurrency of 0", withSteps(`step("a", { run: noop() });`, `concurrency: 0,`), "concurrency"],
    [
      "a selection all that is not all",
      withSteps(`step("a", { run: noop() });`, `selections: { all: first(1) },`).replace(
        "noop, number",
        "first, noop, number",
      ),
      "all",
    ],
    [
      "an asynchronous build function",
      withSteps(`await null; step("a", { run: noop() });`).replace(
        "({ params, step }: any) =>",
        "async ({ params, step }: any) =>",
      ),
      "asynchronous",
    ],
    ["an option that there is not", withSteps(`step("a", { run: noop() });`, `timout: "1h",`), "no option timout"],
    ["a pool without capacity", withSteps(`step("a", { run: noop() });`, `pools: { p: 0 },`), "p"],
  ])("a pipeline with %s", async (_, text, says) => {
    expect(await testProject(text).refused()).toMatchObject({
      code: "PIPELINE_INVALID",
      message: expect.stringContaining(says),
    });
  });

  it("what a function of the scenario throws, with the step", async () => {
    const error = await testProject(
      withSteps(`step("a", {\n  by: ["market"], run: noop(),\n  resources: () => { throw new Error("no idea"); } });`),
    ).refused();
    expect(error.message).toContain("no idea");
    expect(error.place.step).toBe("a");
  });
});
