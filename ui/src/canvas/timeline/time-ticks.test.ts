import { expect, test } from "vitest";
import { clockTicks, elapsedTicks, tickStep } from "./time-ticks.ts";

const at = (text: string) => Date.parse(text);

test("ticks stand at round times of the viewer's zone, not of UTC", () => {
  const ticks = clockTicks({
    from: at("2026-03-01T00:10:00Z"),
    to: at("2026-03-01T06:10:00Z"),
    pixels: 600,
    timeZone: "Asia/Kolkata",
  });
  expect(ticks.map(({ label }) => label)).toEqual(["06:00", "07:00", "08:00", "09:00", "10:00", "11:00"]);
  expect(ticks[0]!.at).toBe(at("2026-03-01T00:30:00Z"));
});

test("the day is said at the first tick and where it changes", () => {
  const ticks = clockTicks({
    from: at("2026-03-01T21:00:00Z"),
    to: at("2026-03-02T03:00:00Z"),
    pixels: 600,
    timeZone: "UTC",
  });
  expect(ticks.flatMap(({ day, label }) => (day === undefined ? [] : [`${day} ${label}`]))).toEqual([
    "Mar 1 21:00",
    "Mar 2 00:00",
  ]);
});

test("where clocks are set forward no tick is at an hour that is not there", () => {
  const ticks = clockTicks({
    from: at("2026-03-29T00:00:00Z"),
    to: at("2026-03-29T03:00:00Z"),
    pixels: 400,
    timeZone: "Europe/Berlin",
  });
  expect(ticks.map(({ label }) => label)).toEqual(["01:00", "03:00", "04:00", "05:00"]);
});

test("short spans show seconds and thousandths, long ones days", () => {
  const from = at("2026-03-01T12:00:00Z");
  const first = (span: number) => clockTicks({ from, to: from + span, pixels: 500, timeZone: "UTC" })[0]!.label;
  expect([600, 20_000, 3_600_000, 86_400_000 * 12].map(first)).toEqual(["12:00:00.000", "12:00:00", "12:00", "Mar 5"]);
});

test("ticks are never nearer than asked for", () => {
  for (const span of [10, 999, 45_000, 3_000_000, 9e7, 9e9]) {
    expect((tickStep(span, 1_000, 84) / span) * 1_000).toBeGreaterThanOrEqual(84);
  }
});

test("elapsed time is counted in round steps from the start", () => {
  expect(elapsedTicks(1_000, 40_000, 200_000, 400)).toEqual([61_000, 121_000, 181_000]);
});
