import { describe, expect, it } from "vitest";
import { makeAttemptId } from "../core/ids.ts";
import { jsonDocument, jsonLines, type LogLine, type LogSource, plainLog } from "./log-printer.ts";
import { fakeTerminal, runId } from "./test-rows.ts";
import { shownRun } from "./test-run.ts";

const source: LogSource = { task: "train[n=27]", attempt: makeAttemptId(runId, 2, 7, 1) };
const line = (text: string, over: Partial<LogLine> = {}): LogLine => ({
  at: 0,
  stream: "stdout",
  text,
  partial: false,
  ...over,
});

describe("a log as lines", () => {
  it("has the task's name in front where there are several, and the time when asked for", () => {
    const terminal = fakeTerminal();
    plainLog(terminal, { withTask: true, withTime: true }).print(source, line("hello"));
    plainLog(terminal, { withTask: false, withTime: false }).print(source, line("hello"));
    expect(terminal.printed).toEqual(["1970-01-01T00:00:00.000Z train[n=27] hello", "hello"]);
  });

  it("puts the pieces of a long line together, those of each stream for themselves", () => {
    const terminal = fakeTerminal();
    const log = plainLog(terminal, { withTask: false, withTime: false });
    log.print(source, line("aaa", { partial: true }));
    log.print(source, line("err", { stream: "stderr" }));
    log.pause();
    log.print(source, line("bbb"));
    expect(terminal.printed).toEqual(["err", "aaabbb"]);
  });

  it("shows a progress bar that has not ended its line", () => {
    const terminal = fakeTerminal();
    const log = plainLog(terminal, { withTask: false, withTime: false });
    log.print(source, line("\r10 %\r20 %", { partial: true }));
    log.pause();
    expect(terminal.printed).toEqual(["20 %"]);
  });

  it("keeps the last line though it never ended", () => {
    const terminal = fakeTerminal();
    const log = plainLog(terminal, { withTask: false, withTime: false });
    log.print(source, line("half a", { partial: true }));
    log.end(shownRun());
    expect(terminal.printed).toEqual(["half a"]);
  });

  it("holds no more than a mebibyte of a line", () => {
    const terminal = fakeTerminal();
    const log = plainLog(terminal, { withTask: false, withTime: false });
    for (let piece = 0; piece < 20; piece++) log.print(source, line("x".repeat(65_536), { partial: true }));
    expect(terminal.printed.map((text) => text.length)).toEqual([1024 * 1024]);
  });
});

describe("a log as JSON", () => {
  const message = {
    type: "log",
    task: "train[n=27]",
    attempt: source.attempt,
    at: 0,
    stream: "stdout",
    partial: false,
  };

  it("that goes on is one object a line, the last one telling how the run ended", () => {
    const terminal = fakeTerminal();
    const log = jsonLines(terminal);
    log.print(source, line("a"));
    log.end(shownRun({ state: "succeeded" }));
    expect(terminal.printed.map((text) => JSON.parse(text) as object)).toEqual([
      { ...message, text: "a" },
      expect.objectContaining({ type: "run.ended", state: "succeeded" }),
    ]);
  });

  it.each([[[]], [["a"]], [["a", "b"]]])("that is complete is one document: %j", (texts: string[]) => {
    const terminal = fakeTerminal();
    const log = jsonDocument(terminal);
    for (const text of texts) log.print(source, line(text));
    log.end(shownRun());
    expect(JSON.parse(terminal.printed.join(""))).toEqual(texts.map((text) => ({ ...message, text })));
  });
});
