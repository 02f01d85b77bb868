import { describe, expect, it } from "vitest";
import type { Evidence, TaskError } from "../../core/evidence.ts";
import type { EndedAttempt } from "./evidence.ts";
import { evidenceOf } from "./evidence.ts";
import { parseExit } from "./exit-record.ts";

const python: EndedAttempt = {
  work: "python",
  outputs: {},
  cancelled: undefined,
  host: "here",
  pid: 42,
  root: "/p/r1",
};
const shell: EndedAttempt = { ...python, work: "shell" };
const done = { completed: true, exitCode: 0, result: { completed: true, values: {} } };

function fullError(message: string): TaskError {
  return { type: "OSError", message, fatal: false };
}

const cases: [title: string, exit: object, attempt: EndedAttempt, expected: Partial<Evidence>][] = [
  [
    "a completed task",
    { ...done, peakMemoryBytes: 5, cpuSeconds: 0.5, startedAt: 1, endedAt: 2 },
    python,
    {
      completed: true,
      exitCode: 0,
      peakMemoryBytes: 5,
      cpuSeconds: 0.5,
      startedAt: 1,
      endedAt: 2,
      host: "here",
      pid: 42,
    },
  ],
  [
    "an exit code of 0 without a completion marker",
    { exitCode: 0, completed: false },
    python,
    { completed: false, exitCode: 0 },
  ],
  [
    "an exception",
    {
      exitCode: 1,
      completed: false,
      result: { completed: false, error: { type: "ValueError", message: "no", at: "a.py:3", fatal: true } },
    },
    python,
    { completed: false, exitCode: 1, error: { type: "ValueError", message: "no", at: "a.py:3", fatal: true } },
  ],
  ["a signal", { signal: "SIGSEGV", completed: false }, python, { completed: false, signal: "SIGSEGV" }],
  [
    "a memory limit",
    { signal: "SIGKILL", completed: false, outOfMemory: { seenBy: "cgroup", limitBytes: 9 } },
    python,
    { completed: false, signal: "SIGKILL", outOfMemory: { seenBy: "cgroup", limitBytes: 9 } },
  ],
  [
    "a MemoryError",
    { exitCode: 1, completed: false, result: { completed: false, outOfMemory: true } },
    python,
    { completed: false, outOfMemory: { seenBy: "runtime" } },
  ],
  [
    "a full disk",
    { exitCode: 1, completed: false, result: { completed: false, diskFull: true } },
    python,
    { completed: false, diskFull: true, error: { type: "OSError", message: "(on the disk of /p/r1)" } },
  ],
  [
    "a full disk, met by a write that does not say where",
    { exitCode: 1, completed: false, result: { completed: false, diskFull: true, error: fullError("no space") } },
    python,
    { completed: false, diskFull: true, error: fullError("no space (on the disk of /p/r1)") },
  ],
  [
    "a full disk, met by a write that says where",
    { exitCode: 1, completed: false, result: { completed: false, diskFull: true, error: fullError("full: /p/r1/x") } },
    python,
    { completed: false, diskFull: true, error: fullError("full: /p/r1/x") },
  ],
  [
    "a program that cannot be executed",
    { completed: false, config: { code: "TASK_CONFIG", message: "no such program" } },
    shell,
    { completed: false, config: { code: "TASK_CONFIG", message: "no such program" } },
  ],
  [
    "a module that is missing",
    { exitCode: 1, completed: false, result: { completed: false, config: { message: "no module x" } } },
    python,
    { completed: false, config: { code: "TASK_CONFIG", message: "no module x" } },
  ],
  [
    "a fork that failed",
    { completed: false, neverStarted: "EAGAIN" },
    python,
    { completed: false, neverStarted: "EAGAIN" },
  ],
  [
    "a cancelled task",
    { signal: "SIGTERM", completed: false, endedByUs: true },
    { ...python, cancelled: "cancel" },
    { completed: false, signal: "SIGTERM", endedByUs: "cancel" },
  ],
  [
    "a task that timed out",
    { signal: "SIGKILL", completed: false, endedByUs: true },
    { ...python, cancelled: "timeout" },
    { completed: false, endedByUs: "timeout" },
  ],
  [
    "a supervisor that others asked to end",
    { signal: "SIGTERM", completed: false, endedByUs: true },
    python,
    { completed: false, gone: expect.any(String) as string },
  ],
  [
    "a function that returned before the SIGTERM reached it",
    { ...done, endedByUs: true },
    { ...python, cancelled: "cancel" },
    { completed: true, endedByUs: "cancel" },
  ],
  [
    "a command that ends with 0 after SIGTERM",
    { ...done, endedByUs: true },
    { ...shell, cancelled: "cancel" },
    { completed: false, exitCode: 0, endedByUs: "cancel" },
  ],
  [
    "a command that ends with 0 after somebody's SIGTERM",
    { exitCode: 0, completed: true, endedByUs: true },
    shell,
    { completed: false, exitCode: 0 },
  ],
  [
    "members of wrong types",
    { exitCode: "0", signal: 9, completed: "yes", outOfMemory: 1, result: [] },
    python,
    { completed: false },
  ],
];

describe("evidence from exit.json", () => {
  it.each(cases)("%s", (_title, exit, attempt, expected) => {
    const { evidence } = evidenceOf(parseExit(JSON.parse(JSON.stringify(exit)))!, attempt);
    expect(evidence).toMatchObject(expected);
    if (!evidence.completed) expect(evidenceOf(parseExit(exit)!, attempt).outputs).toEqual({});
  });

  it("fails an attempt whose values are not those declared", () => {
    const exit = parseExit({ ...done, result: { completed: true, values: { auc: "high" } } })!;
    const { evidence, outputs } = evidenceOf(exit, { ...python, outputs: { auc: { type: "number" } } });
    expect(evidence).toMatchObject({ completed: false, error: { type: "OUTPUT_INVALID" } });
    expect(outputs).toEqual({});
  });

  it("cuts a message of many megabytes, and keeps its ends", () => {
    const exit = parseExit({
      completed: false,
      result: { completed: false, error: { type: "E", message: `begin${"x".repeat(1e7)}end` } },
    })!;
    const message = evidenceOf(exit, python).evidence.error!.message;
    expect(message.length).toBeLessThan(20_000);
    expect(message).toMatch(/^begin.*end$/s);
  });

  it("holds no text that the store could not take", () => {
    const exit = parseExit({
      completed: false,
      result: { completed: false, error: { type: "E", message: "a\0b\ud800c" } },
    })!;
    expect(evidenceOf(exit, python).evidence.error!.message).toBe("a\ufffdb\ufffdc");
  });

  it("is none in what is not an object", () => {
    expect(parseExit("text")).toBeUndefined();
    expect(parseExit(null)).toBeUndefined();
  });
});
