import { describe, expect, it } from "vitest";
import { parseCpu, parseDuration, parseMemory } from "./quantities.ts";

describe("memory", () => {
  it.each([
    ["512Mi", 512 * 2 ** 20],
    ["1Gi", 2 ** 30],
    ["1.5G", 1_500_000_000],
    ["2Ti", 2 * 2 ** 40],
    ["64Ki", 65_536],
    [" 10 M ", 10_000_000],
    ["1024", 1024],
    [4096, 4096],
  ])("%s is %d bytes", (given, bytes) => expect(parseMemory(given)).toBe(bytes));

  it.each(["", "Mi", "-1Gi", "0", "1Pb", "1 gig", "1e3", "1,5G", NaN, -5, "9".repeat(30)])("%s is refused", (given) =>
    expect(() => parseMemory(given)).toThrow(/512Mi/),
  );
});

describe("time", () => {
  it.each([
    ["10m", 600_000],
    ["90s", 90_000],
    ["1.5h", 5_400_000],
    ["2d", 172_800_000],
    ["500ms", 500],
    ["1h30m", 5_400_000],
    [250, 250],
  ])("%s is %d ms", (given, milliseconds) => expect(parseDuration(given)).toBe(milliseconds));

  it.each(["", "soon", "0s", "10 minutes", "m10", "1h30", -1, Infinity])("%s is refused", (given) =>
    expect(() => parseDuration(given)).toThrow(/10m/),
  );
});

describe("cores", () => {
  it.each([
    [0.5, 0.5],
    ["500m", 0.5],
    ["2", 2],
    [16, 16],
  ])("%s is %d", (given, cores) => expect(parseCpu(given)).toBe(cores));

  it.each([0, -1, "", "m", "two", NaN, Infinity])("%s is refused", (given) =>
    expect(() => parseCpu(given)).toThrow(/CPU/),
  );
});
