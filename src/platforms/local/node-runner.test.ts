import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { findNodeRunner } from "./package-files.ts";

interface Ran {
  readonly result: Record<string, unknown> | undefined;
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** Runs the runner as the supervisor does, in the folder of an attempt. */
function run(
  files: Record<string, string>,
  call: { module?: string; function?: string } & Record<string, unknown>,
): Ran {
  const folder = temporaryFolder();
  const code = join(folder, "code");
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(code, path)), { recursive: true });
    writeFileSync(join(code, path), content);
  }
  const attempt = { code, dimensions: {}, inputs: {}, outputs: {}, fatalErrors: [], ...call };
  writeFileSync(join(folder, "attempt.json"), JSON.stringify(attempt));
  const argv = [
    "--enable-source-maps",
    findNodeRunner(),
    folder,
    join(folder, "bundles"),
    call.module ?? "tasks.mjs",
    call.function ?? "fn",
  ];
  const { status, stderr } = spawnSync(process.execPath, argv, { encoding: "utf8" });
  const path = join(folder, "result.json");
  return {
    result: existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>) : undefined,
    exitCode: status,
    stderr,
  };
}

const returning = (expression: string): Record<string, string> => ({
  "tasks.mjs": `export const fn = (given) => (${expression});`,
});

describe("node runner", () => {
  it("calls the function with everything by name, and writes its values", () => {
    const { result, exitCode } = run(returning("{ seen: given }"), {
      dimensions: { origin: "JFK" },
      inputs: {
        late: { value: 15 },
        data: { path: "/in/data" },
        aucs: {
          rows: [
            { key: { origin: "JFK" }, value: 0.7 },
            { key: { origin: "LGA" }, path: "/in/1" },
          ],
        },
      },
      outputs: { seen: { type: "json" }, model: { type: "file", path: "/out/model" } },
    });
    expect(exitCode).toBe(0);
    expect(result).toEqual({
      protocol: 1,
      completed: true,
      values: {
        seen: {
          origin: "JFK",
          late: 15,
          data: "/in/data",
          aucs: [
            { origin: "JFK", aucs: 0.7 },
            { origin: "LGA", aucs: "/in/1" },
          ],
          model: "/out/model",
        },
      },
    });
  });

  it("bundles TypeScript with what it imports, and names its lines", () => {
    const files = {
      "lib/half.ts": "export const half = (n: number): number => n / 2;\n",
      "tasks.ts":
        'import { half } from "./lib/half.ts";\nexport async function fn(): Promise<number> { return half(8); }\nexport function bad(): void {\n  throw new RangeError("too far");\n}\n',
    };
    expect(run(files, { module: "tasks.ts", outputs: { n: { type: "number" } } }).result).toMatchObject({
      completed: true,
      values: { n: 4 },
    });
    const { result, exitCode, stderr } = run(files, {
      module: "tasks.ts",
      function: "bad",
      fatalErrors: ["RangeError"],
    });
    expect(result).toMatchObject({
      completed: false,
      error: { type: "RangeError", message: "too far", at: "tasks.ts:4", fatal: true },
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("too far");
  });

  it.each([
    ["a module that is missing", {}, {}, "no module tasks.mjs"],
    ["a function that is missing", { "tasks.mjs": "export const other = 1;" }, {}, "no function fn"],
    ["TypeScript that does not compile", { "tasks.ts": "export const = 1" }, { module: "tasks.ts" }, "tasks.ts:1"],
  ])("tells %s as a fault of the description", (_title, files, call, message) => {
    expect(run(files as Record<string, string>, call).result).toMatchObject({
      completed: false,
      config: { code: "TASK_CONFIG", message: expect.stringContaining(message) as string },
    });
  });

  it.each([
    ["NaN", "{ n: NaN }", "OUTPUT_INVALID"],
    ["a deep Infinity", "{ n: 1, j: [{ a: -Infinity }] }", "OUTPUT_INVALID"],
    ["a wrong type", "{ n: '1' }", "OUTPUT_INVALID"],
    ["an undeclared name", "{ n: 1, x: 2 }", "OUTPUT_INVALID"],
    ["nothing", "undefined", "OUTPUT_MISSING"],
    ["9 MiB", "{ n: 1, j: 'x'.repeat(9 * 1024 * 1024) }", "OUTPUT_INVALID"],
  ])("refuses a function that returns %s", (_title, expression, type) => {
    const outputs = { n: { type: "number" }, j: { type: "json", optional: true } };
    expect(run(returning(expression), { outputs }).result).toMatchObject({ completed: false, error: { type } });
  });

  it.each(["process.exit(0)", "new Promise(() => {})"])("does not take %s for a success", (expression) => {
    expect(run(returning(expression), {}).result).toMatchObject({ completed: false, error: { type: "ProcessExited" } });
  });

  it("says that the disk was full", () => {
    const { result } = run(
      { "tasks.mjs": "export function fn() { throw Object.assign(new Error('full'), { code: 'ENOSPC' }); }" },
      {},
    );
    expect(result).toMatchObject({ completed: false, diskFull: true });
  });
});
