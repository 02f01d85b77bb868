import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDiskStore } from "../../artifacts/disk-store.ts";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { type AttemptFolder, attemptFolder, claimAttempt, makeAttemptFolder } from "../local/attempt-folder.ts";
import type { AttemptSpec } from "../platform.ts";
import { makeSpec } from "../test-spec.ts";
import type { Container } from "./containers.ts";
import { claimForContainer, concludeEntryPoint, entryPoint, prepareEntryPoint } from "./own-entry-point.ts";

const ground = (parts: Partial<AttemptSpec> = {}): { spec: AttemptSpec; folder: AttemptFolder; directory: string } => {
  const directory = temporaryFolder();
  const spec = makeSpec({ work: { type: "container", env: {} }, ...parts });
  const folder = attemptFolder(directory, spec.id);
  makeAttemptFolder(folder);
  return { spec, folder, directory };
};

describe("the beginning of an image's own entry point", () => {
  it("names nothing that the step does not name, and shows four places", () => {
    const { spec, folder } = ground();
    const begins = entryPoint(spec, { type: "container", env: {} }, folder);
    expect(begins).not.toHaveProperty("Entrypoint");
    expect(begins).not.toHaveProperty("Cmd");
    expect(begins).not.toHaveProperty("WorkingDir");
    expect(begins.binds).toEqual([
      `${folder.inputs}:/flotilla/inputs:ro`,
      `${join(folder.root, "task.json")}:/flotilla/task.json:ro`,
      `${folder.outputs}:/flotilla/outputs:rw`,
      `${folder.work}:/flotilla/work:rw`,
    ]);
    expect(begins.env).toEqual({
      FLOTILLA_TASK: spec.task,
      FLOTILLA_ATTEMPT: "1",
      FLOTILLA_RUN: expect.stringMatching(/^r/),
      FLOTILLA_TASK_FILE: "/flotilla/task.json",
      FLOTILLA_INPUTS: "/flotilla/inputs",
      FLOTILLA_OUTPUTS: "/flotilla/outputs",
      FLOTILLA_VALUES: "/flotilla/outputs/values.json",
      FLOTILLA_WORK: "/flotilla/work",
    });
    const work = { type: "container", env: { MODE: "ours" } } as const;
    expect(entryPoint(spec, work, folder, { MODE: "of the platform", MORE: "x" }).env).toMatchObject({
      MODE: "ours",
      MORE: "x",
    });
  });

  it("has texts in the place of references, as they are", () => {
    const { spec, folder } = ground({
      key: { month: 7 },
      inputs: { n: { value: "a $b\n" }, list: { value: [1] }, none: { value: null } },
      outputs: { out: { type: "file", path: "a/b.txt" } },
    });
    const ref = (kind: "input" | "output" | "dimension", name: string) => ({ ref: kind, name });
    const words = [ref("input", "n"), ref("input", "list"), ref("input", "none"), ref("output", "out")];
    const work = {
      type: "container",
      command: ["/score"],
      args: words,
      env: { M: ref("dimension", "month") },
    } as const;
    expect(entryPoint(spec, work, folder)).toMatchObject({
      Entrypoint: ["/score"],
      Cmd: ["a $b\n", "[1]", "", "/flotilla/outputs/a/b.txt"],
      env: { M: "7" },
    });
  });

  it("makes folders that whoever the image names may write to, and nobody else of this machine gets to", async () => {
    const { spec, folder, directory } = ground({ outputs: { out: { type: "file", path: "a/b.txt" } } });
    await prepareEntryPoint(openDiskStore(join(directory, "artifacts")), { spec, folder }, 1000);
    expect(JSON.parse(readFileSync(join(folder.root, "task.json"), "utf8"))).toEqual({
      protocol: 1,
      id: spec.id,
      task: spec.task,
      pipeline: "flights",
      step: "train",
      number: 1,
      dimensions: {},
      inputs: {},
      outputs: { out: { type: "file", path: "/flotilla/outputs/a/b.txt" } },
    });
    if (process.getuid?.() !== 0) return;
    const modes = [folder.root, join(folder.outputs, "a"), folder.work].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o700, 0o777, 0o777]);
  });

  it("is claimed once and for all: for the container, or for never", () => {
    const [one, two] = [ground().folder, ground().folder];
    expect([claimForContainer(one), claimForContainer(one), claimAttempt(one)]).toEqual([true, true, false]);
    expect([claimAttempt(two), claimForContainer(two)]).toEqual([true, false]);
  });
});

describe("the end of an image's own entry point", () => {
  const container: Container = {
    id: "c",
    attempt: "a",
    image: "sha256:1",
    status: "exited",
    exitCode: 0,
    outOfMemory: false,
  };
  const conclude = (left: (folder: AttemptFolder) => void, more: Partial<Container> = {}) => {
    const { spec, folder } = ground();
    mkdirSync(folder.outputs);
    left(folder);
    concludeEntryPoint(spec.id, folder, { ...container, ...more });
    return { folder, record: JSON.parse(readFileSync(folder.exit, "utf8")) as object };
  };
  const values = (text: string) => (folder: AttemptFolder) => writeFileSync(join(folder.outputs, "values.json"), text);

  it("is a success with the values that it left, which are taken out of its outputs", () => {
    const { folder, record } = conclude(values('{"n": 1}'), { startedAt: 1, endedAt: 2 });
    expect(record).toMatchObject({
      exitCode: 0,
      completed: true,
      startedAt: 1,
      endedAt: 2,
      result: { values: { n: 1 } },
    });
    expect(existsSync(join(folder.outputs, "values.json"))).toBe(false);
    expect(conclude(() => undefined).record).toMatchObject({ completed: true, result: { values: {} } });
  });

  it("is told by its exit code, and by the signal that it stands for", () => {
    expect(conclude(values("{}"), { exitCode: 3 }).record).toMatchObject({ exitCode: 3, completed: false });
    const { record } = conclude(values("{}"), { exitCode: 137 });
    expect(record).toMatchObject({ signal: "SIGKILL", completed: false });
    expect(record).not.toHaveProperty("result");
  });

  it.each([
    ["no JSON", values("{"), /cannot be read as JSON/],
    ["no object", values("[1]"), /must hold one JSON object/],
    [
      "a link to a file of this machine",
      (folder: AttemptFolder) => {
        writeFileSync(join(folder.root, "secret"), '{"n": 1}');
        symlinkSync(join(folder.root, "secret"), join(folder.outputs, "values.json"));
      },
      /is no file/,
    ],
    ["a folder", (folder: AttemptFolder) => mkdirSync(join(folder.outputs, "values.json")), /is no file/],
  ])("is no success with %s for its values", (_what, left, says) => {
    expect(conclude(left).record).toMatchObject({
      completed: false,
      result: { error: { type: "OUTPUT_INVALID", message: expect.stringMatching(says) } },
    });
  });
});
