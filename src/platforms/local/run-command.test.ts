import { describe, expect, it } from "vitest";
import { makeAttemptId, makeRunId } from "../../core/ids.ts";
import type { Digest } from "../../core/ids.ts";
import type { ShellWord, Work } from "../../core/plan.ts";
import type { AttemptSpec } from "../platform.ts";
import { attemptFolder } from "./attempt-folder.ts";
import { runOf } from "./run-command.ts";

const id = makeAttemptId(
  makeRunId(0, () => 0),
  1,
  2,
  3,
);
const folder = attemptFolder("/p/.flotilla", id);
const file = (name: string): { artifact: { type: "file"; digest: Digest; bytes: number; name: string } } => ({
  artifact: { type: "file", digest: `sha256:${"0".repeat(64)}` as Digest, bytes: 1, name },
});

const run = (work: Work, parts: Partial<AttemptSpec> = {}): unknown => {
  const spec = {
    id,
    task: "t",
    pipeline: "p",
    step: "s",
    number: 1,
    work,
    key: {},
    inputs: {},
    outputs: {},
    resources: { cpu: 1 },
    code: undefined,
    fatalErrors: [],
    ...parts,
  };
  return runOf(spec, folder, { flotilla: "/p/.flotilla", nodeRunner: "/pkg/node-runner.mjs", sources: "/p" });
};

const argv = (words: ShellWord[], parts: Partial<AttemptSpec> = {}): unknown =>
  (run({ type: "shell", argv: words, env: {} }, parts) as { argv: string[] }).argv;

describe("what the supervisor starts", () => {
  it("gives values to a command as text and files as paths, one argument each", () => {
    const words: ShellWord[] = [
      "cmd",
      "--x=${y}",
      { ref: "input", name: "text" },
      { ref: "input", name: "n" },
      { ref: "input", name: "none" },
      { ref: "input", name: "list" },
      { ref: "input", name: "data" },
      { ref: "output", name: "model" },
      { ref: "output", name: "plain" },
      { ref: "dimension", name: "month" },
    ];
    const inputs = {
      text: { value: "a b; $(c)" },
      n: { value: 1.5 },
      none: { value: null },
      list: { value: [1, "x"] },
      data: file("flights.parquet"),
    };
    expect(
      argv(words, {
        inputs,
        outputs: { model: { type: "file", path: "sub/model.pkl" }, plain: { type: "file" } },
        key: { month: 7 },
      }),
    ).toEqual([
      "cmd",
      "--x=${y}",
      "a b; $(c)",
      "1.5",
      "",
      '[1,"x"]',
      `${folder.inputs}/data/flights.parquet`,
      `${folder.outputs}/sub/model.pkl`,
      `${folder.outputs}/plain`,
      "7",
    ]);
  });

  it("gives a collection as one argument of JSON rows", () => {
    const rows = [
      { key: { origin: "JFK" }, item: { value: 0.7 } },
      { key: { origin: "LGA" }, item: file("m.pkl") },
    ];
    const [text] = argv([{ ref: "input", name: "aucs" }], { inputs: { aucs: { rows } } }) as [string];
    expect(JSON.parse(text)).toEqual([
      { origin: "JFK", aucs: 0.7 },
      { origin: "LGA", aucs: `${folder.inputs}/aucs/1/m.pkl` },
    ]);
  });

  it("gives the environment of a command in the same manner", () => {
    const work: Work = {
      type: "shell",
      argv: ["cmd"],
      env: { MONTH: { ref: "dimension", name: "month" }, FIXED: "1" },
    };
    expect(run(work, { key: { month: 7 } })).toEqual({ type: "exec", argv: ["cmd"], env: { MONTH: "7", FIXED: "1" } });
  });

  it("does not let an output lead out of its folder", () => {
    expect(() =>
      argv([{ ref: "output", name: "model" }], { outputs: { model: { type: "file", path: "../../escape" } } }),
    ).toThrow(/not a place below the output folder/);
  });

  it("passes on whether a Python function wants a fresh process", () => {
    const environment = { type: "interpreter", python: "python3" } as const;
    expect(run({ type: "python", module: "m", function: "f", environment })).toEqual({
      type: "python",
      module: "m",
      function: "f",
    });
    expect(run({ type: "python", module: "m", function: "f", environment, freshProcess: true })).toEqual({
      type: "python",
      module: "m",
      function: "f",
      freshProcess: true,
    });
  });

  it("builds an environment from the project's files into its place by hash", () => {
    const environment = {
      type: "venv",
      python: "python3",
      source: "requirements",
      path: "train/requirements.txt",
      hash: "abc",
    } as const;
    expect(run({ type: "environment", environment })).toEqual({
      type: "environment",
      python: "python3",
      source: "requirements",
      path: "/p/train/requirements.txt",
      hash: "abc",
      target: "/p/.flotilla/environments/abc",
    });
  });

  it("makes of an image its environment, and nothing where no Python step needs it", () => {
    const environment = { type: "venv", python: "python3", source: "requirements", path: "r.txt", hash: "a" } as const;
    const recipe = { from: "python:3.12", requirements: "r.txt", files: [] };
    expect(run({ type: "image", recipe, environment })).toEqual(run({ type: "environment", environment }));
    expect(run({ type: "image", recipe })).toMatchObject({ type: "exec", argv: ["echo", expect.any(String)] });
  });

  it("runs a node function through its runner", () => {
    expect(run({ type: "node", module: "tasks.ts", function: "fn" })).toMatchObject({
      type: "exec",
      argv: [
        process.execPath,
        "--enable-source-maps",
        "/pkg/node-runner.mjs",
        folder.root,
        "/p/.flotilla/node-bundles",
        "tasks.ts",
        "fn",
      ],
    });
  });
});
