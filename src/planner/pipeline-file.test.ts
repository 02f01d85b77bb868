import { readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { makePlan } from "./planner.ts";
import { testProject, withSteps } from "./test-project.ts";

const simple = withSteps(`step("only", { run: noop() });`);

it("names a pipeline file that is not there", async () => {
  await expect(makePlan({ file: "/nowhere/pipeline.ts" })).rejects.toMatchObject({
    code: "PIPELINE_NOT_FOUND",
    message: expect.stringContaining("/nowhere/pipeline.ts"),
  });
});

it("shows the line that does not compile", async () => {
  const error = await testProject(`const good = 1;\nconst bad = = 2;\nexport default {};\n`).refused();
  expect(error).toMatchObject({ code: "PIPELINE_SYNTAX", place: { line: 2, column: 13 } });
  expect(error.message).toContain("pipeline.ts:2:13");
  expect(error.message).toContain("const bad = = 2;");
});

it("shows the line in an imported file that does not compile", async () => {
  const error = await testProject(`import "./helpers/more.ts";\n${simple}`, {
    "helpers/more.ts": "\n\nexport const = 1;\n",
  }).refused();
  expect(error).toMatchObject({ code: "PIPELINE_SYNTAX", place: { line: 3 } });
  expect(error.message).toContain("helpers/more.ts:3");
});

it("shows the import of a package that is not installed", async () => {
  const error = await testProject(`\nimport x from "no-such-package-anywhere";\nconsole.log(x);\n`).refused();
  expect(error).toMatchObject({
    code: "PIPELINE_SYNTAX",
    place: { line: 2 },
    message: expect.stringContaining("no-such-package-anywhere"),
  });
});

it("shows where a file throws, and what", async () => {
  const error = await testProject(`const fine: number = 1;\n\nthrow new RangeError("no luck " + fine);\n`).refused();
  expect(error).toMatchObject({ code: "PIPELINE_THREW", place: { line: 3 } });
  expect(error.message).toContain("pipeline.ts:3");
  expect(error.message).toContain("RangeError: no luck 1");
});

it("shows where an imported function throws", async () => {
  const error = await testProject(`import { f } from "./helper.ts";\n${withSteps(`f();`)}`, {
    "helper.ts": "\nexport function f(): void {\n  null!.x;\n}\n",
  }).refused();
  expect(error).toMatchObject({
    code: "PIPELINE_THREW",
    place: { line: 3, file: expect.stringMatching(/helper\.ts$/) },
  });
});

it("survives something thrown that is no error", async () => {
  expect(await testProject(`throw "just text";\n`).refused()).toMatchObject({
    code: "PIPELINE_THREW",
    message: expect.stringContaining("just text"),
  });
});

it("reports a rejection that nobody handles", async () => {
  const error = await testProject(`void Promise.reject(new Error("floating"));\n${simple}`).refused();
  expect(error).toMatchObject({
    code: "PIPELINE_THREW",
    place: { line: 1 },
    message: expect.stringContaining("floating"),
  });
});

it("ends a loop that never ends, and says which", async () => {
  const error = await testProject(`${simple}\nlet i = 0;\nwhile (true) {\n  i++;\n}\n`).refused({ timeoutMs: 2500 });
  expect(error.code).toBe("PIPELINE_TIMEOUT");
  const line = simple.split("\n").length + 2;
  expect([line, line + 1]).toContain(error.place.line);
  expect(error.message).toMatch(/pipeline\.ts:\d+ was still running after 2\.5 s/);
});

it("reports a file that waits for something that never comes", async () => {
  const error = await testProject(`await new Promise(() => {});\n${simple}`).refused({ timeoutMs: 5000 });
  expect(error).toMatchObject({ code: "PIPELINE_EXITED", message: expect.stringContaining("pipeline.ts") });
});

it("ends a file that keeps itself alive and never finishes", async () => {
  const error = await testProject(`setInterval(() => {}, 1000);\nawait new Promise(() => {});\n${simple}`).refused({
    timeoutMs: 500,
  });
  expect(error).toMatchObject({ code: "PIPELINE_TIMEOUT" });
}, 20_000);

it("shows where process.exit was called", async () => {
  const error = await testProject(`\nprocess.exit(0);\n`).refused();
  expect(error).toMatchObject({ code: "PIPELINE_EXITED", place: { line: 2 } });
  expect(error.message).toContain("pipeline.ts:2");
});

it("keeps to the call of process.exit though the file catches what it throws", async () => {
  const error = await testProject(`try { process.exit(3); } catch {}\n${simple}`).refused();
  expect(error).toMatchObject({ code: "PIPELINE_EXITED", place: { line: 1 } });
});

it("says so when the process is killed from within", async () => {
  const error = await testProject(`process.kill(process.pid, "SIGKILL");\nawait new Promise(() => {});\n`).refused();
  expect(error).toMatchObject({ code: "PIPELINE_EXITED", message: expect.stringContaining("SIGKILL") });
});

it("says so when the process crashes", async () => {
  const error = await testProject(`process.abort();\n`).refused();
  expect(error).toMatchObject({ code: "PIPELINE_EXITED", message: expect.stringContaining("SIGABRT") });
});

it.each([
  ["nothing", "export const x = 1;\n"],
  ["something else", "export default { name: 'x' };\n"],
  ["a pipeline under a name only", `${simple.replace("export default", "export const mine =")}`],
])("asks for a default export where there is %s", async (_, text) => {
  expect(await testProject(text).refused()).toMatchObject({
    code: "PIPELINE_NO_EXPORT",
    mend: expect.stringContaining("export default pipeline"),
  });
});

it("does not mind what the file prints, or leaves running", async () => {
  const noisy = `console.log("{}");\nprocess.stdout.write("x\\n");\nsetInterval(() => {}, 1000);\n${simple}`;
  expect((await testProject(noisy).plan()).plan.steps.map(({ name }) => name)).toEqual(["only"]);
});

it("leaves nothing behind, whatever happens", async () => {
  const projects = [simple, "process.exit(1);\n", "process.abort();\n", "const = 1;\n"].map((text) =>
    testProject(text),
  );
  // A folder for temporary files of its own: other tests plan at the same time.
  const temporary = testProject("").folder;
  vi.stubEnv("TMPDIR", temporary);
  onTestFinished(() => void vi.unstubAllEnvs());
  await projects[0]!.plan();
  for (const project of projects.slice(1)) await project.refused();
  expect(projects.map(({ folder }) => readdirSync(folder))).toEqual(projects.map(() => ["pipeline.ts"]));
  expect(readdirSync(temporary)).toEqual(["pipeline.ts"]);
});

it("finds files beside the source by import.meta.url", async () => {
  const text = `import { readFileSync } from "node:fs";\nimport { deep } from "./deep/more.ts";\n${withSteps(
    `step("only", { run: noop(), description: readFileSync(new URL("./here.txt", import.meta.url), "utf8") + deep });`,
  )}`;
  const more = `import { readFileSync } from "node:fs";\nexport const deep = readFileSync(new URL("./there.txt", import.meta.url), "utf8");\n`;
  const project = testProject(text, { "here.txt": "here", "deep/more.ts": more, "deep/there.txt": "there" });
  expect((await project.plan()).plan.steps[0]!.description).toBe("herethere");
});

it("uses the project's own packages, and our zod where it has none", async () => {
  const text = `import { z } from "zod";\nimport { five } from "small";\n${withSteps(`step("only", { run: noop(), concurrency: params.n });`, `params: z.object({ n: z.number().default(five) }),`).replace(", string, z }", ", string }")}`;
  const project = testProject(text, {
    "node_modules/small/package.json": `{"name":"small","main":"main.js"}`,
    "node_modules/small/main.js": "exports.five = 5;\n",
  });
  expect((await project.plan()).plan.steps[0]!.concurrency).toBe(5);
});

it("gives the same version to the same files in another folder, and another to changed ones", async () => {
  const [one, two, changed] = [testProject(simple), testProject(simple), testProject(`${simple}// changed\n`)];
  const versions = await Promise.all([one, two, changed].map(async (project) => (await project.plan()).plan.source));
  expect(versions[0]).toBe(versions[1]);
  expect(versions[2]).not.toBe(versions[0]);
});

it("recognises the author's lines through a link to the project", async () => {
  const project = testProject(`\nthrow new Error("linked");\n`);
  symlinkSync(project.folder, `${project.folder}/link`);
  await expect(makePlan({ file: `${project.folder}/link/pipeline.ts` })).rejects.toMatchObject({
    code: "PIPELINE_THREW",
    place: { line: 2 },
  });
});

it("places the project at the pipeline file", async () => {
  const project = testProject(simple);
  expect(await project.plan()).toMatchObject({
    projectDirectory: project.folder,
    pipelineFile: join(project.folder, "pipeline.ts"),
    selections: ["all"],
  });
});
