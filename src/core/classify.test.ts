import { describe, expect, it } from "vitest";
import { classify } from "./classify.ts";
import type { Evidence } from "./evidence.ts";

const died: Evidence = { completed: false };

/** Evidence, and what it comes to. The last column says what a simpler rule would get wrong. */
const table: [string, Evidence, string][] = [
  ["marker and exit code 0", { completed: true, exitCode: 0 }, "succeeded"],
  ["exit code 0 without the marker (a graceful shutdown)", { ...died, exitCode: 0 }, "disrupted"],
  ["marker, and then killed", { completed: true, signal: "SIGKILL" }, "disrupted"],
  [
    "marker, but an output was missing",
    { completed: true, exitCode: 0, error: { type: "OUTPUT_MISSING", message: "x" } },
    "user",
  ],
  ["exception", { ...died, exitCode: 1, error: { type: "ValueError", message: "x" } }, "user"],
  [
    "exception marked as final",
    { ...died, exitCode: 1, error: { type: "Fatal", message: "x", fatal: true } },
    "user_fatal",
  ],
  ["exit code without an exception", { ...died, exitCode: 3 }, "user"],
  ["segmentation fault", { ...died, signal: "SIGSEGV" }, "user"],
  ["killed by somebody", { ...died, signal: "SIGKILL" }, "disrupted"],
  ["terminated by somebody", { ...died, signal: "SIGTERM" }, "disrupted"],
  ["killed for its memory", { ...died, signal: "SIGKILL", outOfMemory: { seenBy: "cgroup" } }, "out_of_memory"],
  [
    "a child killed for memory, the parent then exits 1",
    { ...died, exitCode: 1, outOfMemory: { seenBy: "cgroup" } },
    "out_of_memory",
  ],
  [
    "MemoryError",
    { ...died, exitCode: 1, error: { type: "MemoryError", message: "" }, outOfMemory: { seenBy: "runtime" } },
    "out_of_memory",
  ],
  ["no room for it until its time to begin was up", { ...died, noRoom: "no node has room" }, "capacity"],
  ["no space left", { ...died, exitCode: 1, diskFull: true, error: { type: "OSError", message: "" } }, "disk"],
  ["ended by us for its time limit, with exit code 143", { ...died, exitCode: 143, endedByUs: "timeout" }, "timeout"],
  ["done in the moment in which its time was up", { completed: true, exitCode: 0, endedByUs: "timeout" }, "succeeded"],
  ["ended by us on a person's word", { ...died, signal: "SIGTERM", endedByUs: "cancel" }, "cancelled"],
  ["done in the moment in which it was cancelled", { completed: true, exitCode: 0, endedByUs: "cancel" }, "succeeded"],
  ["never began", { ...died, neverStarted: "fork: EAGAIN" }, "never_started"],
  ["interpreter missing", { ...died, config: { code: "TASK_CONFIG", message: "no python" } }, "config"],
  ["its supervisor is gone", { ...died, gone: "supervisor died" }, "disrupted"],
  ["its machine cannot be reached", { ...died, unreachable: "node silent" }, "lost"],
  ["a fault of ours, whatever else", { completed: true, exitCode: 0, fault: "bug" }, "engine"],
  ["nothing known at all", died, "disrupted"],
];

describe("classify", () => {
  it.each(table)("%s", (_title, evidence, expected) => {
    const verdict = classify(evidence);
    expect(verdict.type === "failed" ? verdict.class : verdict.type).toBe(expected);
  });
});
