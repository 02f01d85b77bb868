import { describe, expect, it } from "vitest";
import { makeAttemptId, makeRunId } from "../../core/ids.ts";
import type { AttemptSpec, Report } from "../platform.ts";
import { NoopPlatform } from "./noop-platform.ts";

const run = makeRunId(Date.now(), Math.random);

function spec(task: number, parts: Partial<AttemptSpec> = {}): AttemptSpec {
  const given = {
    id: makeAttemptId(run, 0, task, 1),
    task: "t",
    pipeline: "p",
    step: "s",
    number: 1,
    key: {},
    inputs: {},
    outputs: {},
  };
  return { ...given, work: { type: "noop" }, resources: { cpu: 0 }, code: undefined, fatalErrors: [], ...parts };
}

function listen(platform: NoopPlatform): Report[] {
  const reports: Report[] = [];
  platform.onReport((report) => reports.push(report));
  return reports;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("noop platform", () => {
  it("runs and ends a batch in the next turn, in order", async () => {
    const platform = new NoopPlatform();
    const reports = listen(platform);
    await Promise.all([platform.start(spec(1)), platform.start(spec(2, { outputs: { out: { type: "json" } } }))]);
    expect(reports).toEqual([]);
    await nextTurn();
    expect(reports.map(({ type }) => type)).toEqual(["running", "ended", "running", "ended"]);
    expect(reports[3]).toMatchObject({ evidence: { completed: true }, outputs: { out: { value: null } } });
  });

  it("takes an attempt of an earlier process for done", async () => {
    const platform = new NoopPlatform();
    const reports = listen(platform);
    await platform.adopt([spec(1)]);
    await nextTurn();
    expect(reports.at(-1)).toMatchObject({ type: "ended", evidence: { completed: true } });
  });

  it("does not run what was cancelled before its turn", async () => {
    const platform = new NoopPlatform();
    const reports = listen(platform);
    await platform.start(spec(1));
    await platform.cancel(spec(1).id, { graceMs: 0, why: "timeout" });
    await nextTurn();
    expect(reports).toMatchObject([{ type: "ended", evidence: { completed: false, endedByUs: "timeout" } }]);
  });

  it("refuses other work", async () => {
    await expect(new NoopPlatform().start(spec(1, { work: { type: "shell", argv: [], env: {} } }))).rejects.toThrow(
      "noop platform",
    );
  });
});
