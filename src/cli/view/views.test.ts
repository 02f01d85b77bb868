import { describe, expect, it } from "vitest";
import { counts, fakeTerminal, runId } from "../test-rows.ts";
import { shownRun } from "../test-run.ts";
import { type Failure, jsonView, liveView, type Look, plainView, runEnded } from "./views.ts";

function look(over: Partial<Look> = {}): Look {
  return { run: shownRun(), now: 0, driven: true, failures: [], changed: true, ended: false, ...over };
}

const failure: Failure = {
  ref: "train[origin=EWR,carrier=AA,month=1]",
  class: "user",
  error: "ValueError: no \u001b[2J luck",
};
const ended = shownRun({
  state: "failed",
  endedAt: 1_012_345.4,
  counts: [counts({ succeeded: 2, failed: 1, blocked: 1, skipped: 1, cancelled: 1, reused: 1 })],
});

describe("the plain view", () => {
  it("says what is done every two seconds at most, and only when it has changed", () => {
    const terminal = fakeTerminal();
    const view = plainView(terminal);
    view.show(look({ now: 0 }));
    view.show(look({ now: 500, run: shownRun({ counts: [counts({ succeeded: 1 })] }) }));
    expect(terminal.printed).toHaveLength(1);
    view.show(look({ now: 2500, run: shownRun({ counts: [counts({ succeeded: 2 })] }) }));
    view.show(look({ now: 6000, run: shownRun({ counts: [counts({ succeeded: 2 })] }) }));
    expect(terminal.printed).toEqual([
      "flight-delays r1k2m3n4p5q6 running: 13 succeeded, 1 failed, 2 blocked, 2 active, 1 backoff of 29",
      expect.stringMatching(/running: 2 succeeded of 2/),
    ]);
  });

  it("tells a change of state and a failure at once, and the end without a rate", () => {
    const terminal = fakeTerminal();
    const view = plainView(terminal);
    view.show(look({ now: 0 }));
    view.show(look({ now: 10, failures: [failure] }));
    view.show(look({ now: 20, run: shownRun({ state: "cancelling" }) }));
    view.show(look({ now: 3000, run: ended, ended: true }));
    expect(terminal.printed.slice(1)).toEqual([
      "✗ train[origin=EWR,carrier=AA,month=1] user ValueError: no \\u{1b}[2J luck",
      expect.stringContaining(" cancelling: "),
      "flight-delays r1k2m3n4p5q6 failed: 2 succeeded, 1 reused, 1 failed, 1 blocked, 1 cancelled, 1 skipped of 7",
    ]);
  });

  it("says that no engine drives the run", () => {
    const terminal = fakeTerminal();
    plainView(terminal).show(look({ driven: false }));
    expect(terminal.printed[0]).toContain("running, no engine: ");
  });
});

describe("the JSON view", () => {
  it("ends with exactly what scripts rely on", () => {
    const terminal = fakeTerminal();
    const view = jsonView(terminal);
    view.show(look());
    view.show(look({ changed: false }));
    view.show(look({ run: ended, ended: true, failures: [failure] }));
    const lines = terminal.printed.map((line) => JSON.parse(line) as { type: string });
    expect(lines.map(({ type }) => type)).toEqual(["run.started", "run.progress", "task.failed", "run.ended"]);
    expect(terminal.printed.at(-1)).toBe(
      `{"type":"run.ended","run":"${runId}","state":"failed","tasks":{"total":7,"succeeded":2,"failed":1,"blocked":1,"skipped":1,"cancelled":1,"reused":1},"durationMs":12345}`,
    );
  });

  it("counts a run that never began as one of no duration", () => {
    const { startedAt: _, ...neverBegan } = shownRun({ state: "cancelled" });
    expect(runEnded(neverBegan)).toMatchObject({ durationMs: 0 });
  });
});

describe("the live view", () => {
  it("shows messages above its region while it is there, and those of the last moment after it", () => {
    let diverted: (text: string) => void = () => undefined;
    const restored: string[] = [];
    const terminal = fakeTerminal({
      divertNotes: (to) => {
        diverted = to;
        return () => restored.push("restored");
      },
    });
    const view = liveView(terminal);
    diverted("cancelling");
    view.show(look({ failures: [failure] }));
    expect(terminal.printed[0]).toMatch(/cancelling.*\n✗ train\[.*\n.*flight-delays/);
    diverted("one more");
    view.close();
    expect(restored).toEqual(["restored"]);
    expect(terminal.noted).toEqual(["one more"]);
  });

  it("sends no control character of a task to the terminal", () => {
    const terminal = fakeTerminal();
    liveView(terminal).show(look({ failures: [failure] }));
    expect(terminal.printed[0]).toContain("no \\u{1b}[2J luck");
    expect(terminal.printed[0]).not.toContain("\u001b[2J");
  });
});
