import { describe, expect, it } from "vitest";
import { runStates as coreRunStates, taskStates as coreTaskStates } from "../../../src/core/task-state.ts";
import { retryClasses } from "../../../src/core/retry-class.ts";
import { shortCode } from "./code-version.ts";
import { formatDuration, formatRelative } from "./duration.ts";
import { shellWord, splitRef } from "./key.ts";
import { formatBytes, formatNumber, formatShare } from "./number.ts";
import { safeText } from "./safe-text.ts";
import { classWords, runStateNames, taskStateNames } from "./states.ts";

it.each([
  [480, "480 ms"],
  [4_100, "4.1 s"],
  [9_960, "10 s"],
  [59_400, "59 s"],
  [59_600, "1 m 00 s"],
  [200_000, "3 m 20 s"],
  [3_599_600, "1 h 00 m"],
  [7_500_000, "2 h 05 m"],
  [273_600_000, "3 d 4 h"],
  [-5, "0 ms"],
])("%d ms is %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

it("says how long ago in one unit, and what is to come", () => {
  expect(formatRelative(0, 42_000)).toBe("42 s ago");
  expect(formatRelative(600_000, 0)).toBe("in 10 m");
  expect(formatRelative(1_000, 2_000)).toBe("now");
});

it.each([
  [0, "0 B"],
  [1_023, "1023 B"],
  [1_536, "1.5 KiB"],
  [1_048_575, "1.0 MiB"],
  [5 * 2 ** 40, "5.0 TiB"],
])("%d bytes are %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

it("shows numbers of models by four digits", () => {
  expect([0.813249, 0.7, 1_234.5, 12_345, 1e-7, 12_345_678.9, Number.NaN].map(formatNumber)).toEqual([
    "0.8132",
    "0.7000",
    "1,235",
    "12,345",
    "1.000e-7",
    "1.235e+7",
    "NaN",
  ]);
});

it("is never done before all is done, nor untouched once it has begun", () => {
  expect([formatShare(99_999, 100_000), formatShare(1, 100_000), formatShare(5, 5), formatShare(0, 0)]).toEqual([
    "99 %",
    "< 1 %",
    "100 %",
    "–",
  ]);
});

describe("text from outside", () => {
  it("shows control characters instead of obeying them", () => {
    expect(safeText("a\u001b[31m\u0000\u009b\u202e")).toBe("a␛[31m␀\ufffd\ufffd");
  });
  it("is cut with a mark", () => {
    expect(safeText("x".repeat(50), 10)).toBe(`${"x".repeat(10)}…`);
  });
});

it("names a version of the code by its first digits", () => {
  expect([shortCode("sha256:4242abcdef"), shortCode("9fceb02d0ae598e9")]).toEqual(["4242abc", "9fceb02"]);
});

it("takes a task's name apart", () => {
  expect(splitRef("train[origin=J[F]K,month=7]")).toEqual({ step: "train", key: "origin=J[F]K,month=7" });
  expect(splitRef("report")).toEqual({ step: "report", key: "" });
});

it("quotes words that a shell would read otherwise", () => {
  expect([shellWord("origin=JFK"), shellWord("a b"), shellWord("$(rm)")]).toEqual(["origin=JFK", "'a b'", "'$(rm)'"]);
});

it("knows the states and classes of the core, in its order", () => {
  expect(taskStateNames).toEqual(coreTaskStates);
  expect(runStateNames).toEqual(coreRunStates);
  expect(Object.keys(classWords)).toEqual(retryClasses);
});
