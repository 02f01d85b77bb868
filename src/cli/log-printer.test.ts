import { describe, expect, it } from "vitest";
import { makeAttemptId } from "../core/ids.ts";
import type { LogLine } from "../platforms/platform.ts";
import type { ReadAttempt } from "./attempts-to-read.ts";
import { jsonDocument, jsonLines, plainLog } from "./log-printer.ts";
import { fakeTerminal, runId, runRow } from "./test-rows.ts";

const attempt: ReadAttempt = { id: makeAttemptId(runId, 2, 7, 1), step: 2, task: 7, number: 1, fromByte: undefined };
const line = (text: string, over: Partial<LogLine> = {}): LogLine => ({
  at: 0,
  stream: "stdout",
  text,
  partial: false,
  ...over,
});
const refOf = (step: number, task: number): string => `train[n=${step}${task}]`;

describe("a log as lines", () => {
  it("has the task's name in front where there are several, and the time when asked for", () => {
    const terminal = fakeTerminal();
    plainLog(terminal, { refOf, withTime: true }).print(attempt, line("hello"));
    plainLog(terminal, { refOf: undefined, withTime: false }).print(attempt, line("hello"));
    expect(terminal.printed).toEqual(["1970-01-01T00:00:00.000Z train[n=27] hello", "hello"]);
  });

  it("puts the pieces of a long line together, those of each stream for themselves", () => {
    const terminal = fakeTerminal();
    const log = plainLog(terminal, { refOf: undefined, withTime: false });
    log.print(attempt, line("aaa", { partial: true }));
    log.print(attempt, line("err", { stream: "stderr" }));
    log.pause();
    log.print(attempt, line("bbb"));
    expect(terminal.printed).toEqual(["err", "aaabbb"]);
  });

  it("shows a progress bar that has not ended its line", () => {
    const terminal = fakeTerminal();
    const log = plainLog(terminal, { refOf: undefined, withTime: false });
    log.print(attempt, line("\r10 %\r20 %", { partial: true }));
    log.pause();
    expect(terminal.printed).toEqual(["20 %"]);
  });

  it("keeps the last line though it never ended", () => {
    const terminal = fakeTerminal();
    const log = plainLog(terminal, { refOf: undefined, withTime: false });
    log.print(attempt, line("half a", { partial: true }));
    log.end(runRow());
    expect(terminal.printed).toEqual(["half a"]);
  });

  it("holds no more than a mebibyte of a line", () => {
    const terminal = fakeTerminal();
    const log = plainLog(terminal, { refOf: undefined, withTime: false });
    for (let piece = 0; piece < 20; piece++) log.print(attempt, line("x".repeat(65_536), { partial: true }));
    expect(terminal.printed.map((text) => text.length)).toEqual([1024 * 1024]);
  });
});

describe("a log as JSON", () => {
  const message = { type: "log", task: "train[n=27]", attempt: attempt.id, at: 0, stream: "stdout", partial: false };

  it("that goes on is one object a line, the last one telling how the run ended", () => {
    const terminal = fakeTerminal();
    const log = jsonLines(terminal, refOf);
    log.print(attempt, line("a"));
    log.end(runRow({ state: "succeeded" }));
    expect(terminal.printed.map((text) => JSON.parse(text) as object)).toEqual([
      { ...message, text: "a" },
      expect.objectContaining({ type: "run.ended", state: "succeeded" }),
    ]);
  });

  it.each([[[]], [["a"]], [["a", "b"]]])("that is complete is one document: %j", (texts: string[]) => {
    const terminal = fakeTerminal();
    const log = jsonDocument(terminal, refOf);
    for (const text of texts) log.print(attempt, line(text));
    log.end(runRow());
    expect(JSON.parse(terminal.printed.join(""))).toEqual(texts.map((text) => ({ ...message, text })));
  });
});
