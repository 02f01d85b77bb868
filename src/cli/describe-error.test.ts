import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { errorCodes, type ErrorCode, FlotillaError, toFlotillaError } from "../core/errors.ts";
import { describeError } from "./describe-error.ts";
import { exitCodeOf } from "./exit-codes.ts";
import { noPaint } from "./test-rows.ts";

const told = (error: FlotillaError, verbose = false): string => describeError(error, { paint: noPaint }, verbose);

describe("an error is told", () => {
  const error = new FlotillaError("PARAM_UNKNOWN", "there is no parameter sice", {
    place: { file: join(process.cwd(), "pipeline.ts"), line: 3, column: 5 },
    mend: "did you mean size?",
  });

  it("with what happened, where, and what to do", () => {
    expect(told(error)).toBe(
      "✗ there is no parameter sice\n  at   pipeline.ts:3:5\n  mend did you mean size?\n  code PARAM_UNKNOWN",
    );
  });

  it("with its stack when asked for", () => {
    expect(told(error)).not.toContain("describe-error.test");
    expect(told(error, true)).toContain("describe-error.test");
  });

  it("with step and key where it has them", () => {
    const where = { step: "train", key: "origin=JFK" };
    expect(told(new FlotillaError("STEP_INVALID", "no", { place: where }))).toContain(
      "at   step train, key origin=JFK",
    );
  });

  it("without letting it command the terminal", () => {
    const evil = new FlotillaError("PIPELINE_THREW", "a\u001b[2J\nb", { mend: "\u001b[5m", place: { name: "\u0007" } });
    expect(told(evil)).not.toContain("\u001b");
    expect(told(evil)).not.toContain("\u0007");
    expect(told(evil).split("\n")[1]).toBe("b");
  });

  it("with the stack of what caused it when it is a fault of ours", () => {
    expect(told(toFlotillaError(new TypeError("x is not a function")))).toContain("caused by TypeError: x is not");
  });
});

describe("the exit code", () => {
  it("of wrong use is 2, of the surroundings 3, of a fault of ours 4", () => {
    const codeOf = (code: ErrorCode): number => exitCodeOf(new FlotillaError(code, ""));
    expect(codeOf("SELECTION_UNKNOWN")).toBe(2);
    expect(codeOf("STORE_UNREACHABLE")).toBe(3);
    expect(codeOf("DISK_FULL")).toBe(3);
    expect(codeOf("INTERNAL")).toBe(4);
  });

  it("is there for every error", () => {
    for (const code of Object.keys(errorCodes) as ErrorCode[])
      expect([2, 3, 4]).toContain(exitCodeOf(new FlotillaError(code, "")));
  });
});
