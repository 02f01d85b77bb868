import { describe, expect, it } from "vitest";
import { taskRow } from "../../cli/test-rows.ts";
import type { AttemptDetail } from "./describe-attempt.ts";
import { taskHistory } from "./task-history.ts";

const attempt = (over: Partial<AttemptDetail>): AttemptDetail => ({
  id: "r1-0-0-1",
  number: 1,
  state: "ended",
  platform: "local",
  why: "everything it needs is there",
  intendedAt: 1000,
  ...over,
});

const told = (episodes: ReturnType<typeof taskHistory>): string[] => episodes.map(({ at, what }) => `${at} ${what}`);

describe("the life of a task in words", () => {
  it("tells waiting, starting, working, saving and the end apart, and why it was tried again", () => {
    const attempts = [
      attempt({
        waitedFor: "pool:gpu",
        runningAt: 1100,
        workStartedAt: 1200,
        endedAt: 3200,
        ending: "TypeError: x",
        class: "user",
      }),
      attempt({
        number: 2,
        why: "retry 1 of 2 after user",
        intendedAt: 5200,
        workStartedAt: 5300,
        workEndedAt: 6300,
        endedAt: 6800,
        ending: "succeeded",
      }),
    ];
    const row = taskRow({ readyAt: 400, endedAt: 6800 });
    expect(told(taskHistory({ row, attempts, state: "succeeded", why: "", now: 9000 }))).toEqual([
      "400 waited 600 ms: pool gpu was full",
      "1000 attempt 1 started on local",
      "1200 attempt 1 worked for 2.0 s",
      "3200 attempt 1 ended: TypeError: x",
      "3200 waited 2.0 s before attempt 2: retry 1 of 2 after user",
      "5200 attempt 2 started on local: retry 1 of 2 after user",
      "5300 attempt 2 worked for 1.0 s",
      "6300 attempt 2 saved what it made",
      "6800 attempt 2 ended: succeeded",
    ]);
  });

  it("says what an attempt waits for that its platform has and cannot begin", () => {
    const waitsFor = "no node has room: 0/12 nodes are available";
    const attempts = [attempt({ state: "submitted", waitsFor })];
    const row = taskRow({ state: "active", readyAt: 1000, endedAt: undefined });
    expect(told(taskHistory({ row, attempts, state: "active", why: "", now: 9000 }))).toContain(
      `1000 attempt 1 was sent to local and waits: ${waitsFor}`,
    );
  });

  it("says what a task waits for now, and when it is tried again", () => {
    const ready = taskRow({ state: "ready", readyAt: 1000, endedAt: undefined });
    const why = "waits for room: needs 1 GPU, 4 GPU of 4 GPU in use";
    expect(told(taskHistory({ row: ready, attempts: [], state: "ready", why, now: 42_000 }))).toEqual([
      `1000 has waited 41 s: ${why}`,
    ]);
    const backoff = taskRow({ state: "backoff", memory: { dueAt: 9000 }, endedAt: undefined });
    const attempts = [attempt({ runningAt: 1000, endedAt: 3000, ending: "x" })];
    const last = taskHistory({ row: backoff, attempts, state: "backoff", why: "retry 1 of 2", now: 4000 }).at(-1)!;
    expect(last.what).toBe("has waited 1.0 s: retry 1 of 2; tried again in 5.0 s");
  });

  it("says why a task without an attempt ended as it did, and nothing of one that only waits", () => {
    const blocked = taskRow({ state: "blocked", endedAt: 7, why: "extract failed" });
    expect(told(taskHistory({ row: blocked, attempts: [], state: "blocked", why: "extract failed", now: 9 }))).toEqual([
      "7 blocked: extract failed",
    ]);
    expect(taskHistory({ row: undefined, attempts: [], state: "waiting", why: "waits for 3 tasks", now: 9 })).toEqual(
      [],
    );
  });
});
