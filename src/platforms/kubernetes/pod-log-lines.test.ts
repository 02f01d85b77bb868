import fc from "fast-check";
import { expect, it } from "vitest";
import { type LogPosition, type PodLogLine, PodLogLines } from "./pod-log-lines.ts";

/** What was printed, put together from the parts of long lines. */
function textsOf(lines: readonly PodLogLine[]): string[] {
  const whole = lines.map(({ text, partial }) => text + (partial ? "" : "\n")).join("");
  return whole === "" ? [] : whole.slice(0, -1).split("\n");
}

const at = (nanos: number): string =>
  `2026-01-01T00:00:0${Math.floor(nanos / 1e9)}.${String(nanos % 1e9).padStart(9, "0")}`;
/** As a node writes it: without the noughts at the end. */
const timeOf = (nanos: number): string => `${at(nanos).replace(/\.?0+$/, "")}Z`;

/** A log, and in pieces of what size it comes. */
function logsOf(texts: readonly string[], sizes: { readonly min: number; readonly max: number }): fc.Arbitrary<Sent> {
  const steps = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.constantFrom(...texts)), { maxLength: 10 });
  return fc.tuple(steps, fc.integer(sizes)).map(([lines, size]) => {
    let nanos = 999_999_990;
    return { log: lines.map(([step, text]) => ({ time: timeOf((nanos += step * 5)), text })), size };
  });
}

interface Sent {
  readonly log: readonly { readonly time: string; readonly text: string }[];
  readonly size: number;
}

const sent = fc.oneof(
  logsOf(["", "a", "b c", "äö"], { min: 1, max: 60 }),
  logsOf(["a", "x".repeat(70_000)], { min: 9000, max: 40_000 }),
);

it("wherever the connection breaks, no line is lost and none is doubled", () => {
  fc.assert(
    fc.property(
      sent,
      fc.array(fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 300_000 })), { maxLength: 4 }),
      ({ log, size }, cuts) => {
        const read: PodLogLine[] = [];
        let since: LogPosition | undefined;
        for (const cut of [...cuts, Infinity]) {
          // From the second of the last line on, as the server sends it.
          const from = since === undefined ? log : log.filter(({ time }) => Date.parse(time) >= secondOf(since!.time));
          const answer = from
            .map(({ time, text }) => `${time} ${text}\n`)
            .join("")
            .slice(0, cut);
          const lines = new PodLogLines(since);
          for (let begin = 0; begin < answer.length; begin += size)
            for (const line of lines.take(answer.slice(begin, begin + size))) {
              read.push(line);
              since = line.position;
            }
        }
        expect(textsOf(read)).toEqual(log.map(({ text }) => text));
      },
    ),
    { numRuns: 300 },
  );
});

it("a last line without an end is a line", () => {
  const lines = new PodLogLines(undefined);
  expect(lines.take("2026-01-01T00:00:00Z a\n2026-01-01T00:00:00Z b")).toMatchObject([{ text: "a", partial: false }]);
  expect(lines.end()).toMatchObject([{ text: "b", partial: false }]);
  expect(lines.end()).toEqual([]);
});

it("a line of many megabytes comes in parts of 64 KiB", () => {
  const parts = new PodLogLines(undefined).take(`2026-01-01T00:00:00Z ${"x".repeat(200_000)}\n`);
  expect(parts.map(({ text, partial }) => [text.length, partial])).toEqual([
    [65_536, true],
    [65_536, true],
    [65_536, true],
    [3392, false],
  ]);
});

function secondOf(time: string): number {
  return Math.floor(Date.parse(time) / 1000) * 1000;
}
