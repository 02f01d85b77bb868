import { describe, expect, it } from "vitest";
import type { TaskDetail } from "../../api/schemas/task.ts";
import { makeAttemptId } from "../../core/ids.ts";
import { noPaint, runId } from "../test-rows.ts";
import { taskLines } from "./task-lines.ts";

const attempt: TaskDetail["attemptsMade"][number] = {
  id: makeAttemptId(runId, 2, 0, 1),
  number: 1,
  state: "ended",
  platform: "local",
  why: "everything it needs is there",
  class: "user",
  ending: "ValueError: no luck: its own code failed",
  error: {
    type: "ValueError",
    message: "no \u001b[2J luck",
    stack: 'Traceback\n  File "/home/ada/p/.flotilla/code/0123abcd/work.py", line 3\n',
  },
  evidence: { completed: false, exitCode: 1 },
  used: { peakMemoryBytes: 2 ** 20, cpuSeconds: 0.25 },
  intendedAt: 1_000_000,
  runningAt: 1_000_000,
  endedAt: 1_001_500,
  folder: "/home/ada/p/.flotilla/attempts/r/r-2-0-1",
};
const task: TaskDetail = {
  run: runId,
  ref: "train[origin=EWR]",
  step: "train",
  key: { origin: "EWR" },
  state: "failed",
  why: "failed (user), which is not retried here",
  attempts: 1,
  class: "user",
  startedAt: 1_000_000,
  endedAt: 1_001_500,
  values: {},
  work: "nothing",
  inputs: [
    { name: "size", value: { value: 3 } },
    {
      name: "aucs",
      value: { rows: ["A", "B", "C", "D"].map((key) => ({ key: { key }, item: { value: 1 } })), total: 4 },
    },
  ],
  outputs: [{ name: "auc", type: "number" }],
  needs: [{ ref: "extract", state: "succeeded" }],
  needsTotal: 1,
  feeds: [],
  feedsTotal: 0,
  attemptsMade: [attempt],
  history: [],
  commands: [],
};

describe("all about a task", () => {
  it("in words", () =>
    expect(`\n${taskLines(task, { paint: noPaint }).join("\n")}\n`).toMatchInlineSnapshot(`
    "
    train[origin=EWR]  ✗ failed in 1.5 s  run r1k2m3n4p5q6
    failed (user), which is not retried here

    needs
      █ extract succeeded

    inputs
      size: 3
      aucs: 4 rows: A = 1, B = 1, C = 1, …

    attempts
      1  user in 1.5 s on local  1970-01-01 00:16:40
         everything it needs is there
         exit code 1, peak 1 MiB, 0.25 s CPU
         ValueError: no \\u{1b}[2J luck
           Traceback
             File "work.py", line 3
         /home/ada/p/.flotilla/attempts/r/r-2-0-1
    "
  `));

  it("names the image that an attempt ran in", () => {
    const image = `registry.example/team/train@sha256:${"ab".repeat(32)}`;
    const lines = taskLines({ ...task, attemptsMade: [{ ...attempt, image }] }, { paint: noPaint });
    expect(lines.filter((line) => line.includes("sha256"))).toEqual([`     in ${image}`]);
  });

  it("names what went wrong before a blocked task, and counts what is too much to list", () => {
    const needs = [
      { ref: "train[n=0]", state: "failed" as const },
      ...Array.from({ length: 20 }, (_, n) => ({ ref: `train[n=${n + 1}]`, state: "succeeded" as const })),
    ];
    const blocked = { ...task, state: "blocked" as const, needs, needsTotal: 500, attemptsMade: [] };
    const lines = taskLines(blocked, { paint: noPaint });
    expect(lines).toContain("  ✗ train[n=0] failed");
    expect(lines).toContain("  and 492 more");
  });

  it("says of an end that was not the code's own what happened and what to do", () => {
    const { error: _, ...killed } = attempt;
    const ending = "out of memory (limit 512 MiB): ask for more memory";
    const lines = taskLines(
      { ...task, attemptsMade: [{ ...killed, class: "out_of_memory", ending }] },
      { paint: noPaint },
    );
    expect(lines).toContain(`     ${ending}`);
  });

  it("does not list what a task that succeeded needed", () => {
    expect(taskLines({ ...task, state: "succeeded" }, { paint: noPaint })).not.toContain("needs");
  });

  it("lets no control character through", () => {
    expect(taskLines(task, { paint: noPaint }).join("")).not.toContain("\u001b");
  });
});
