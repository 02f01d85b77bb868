import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KnownLines } from "./known-lines.ts";

const time = (n: number): string => `2026-11-23T22:16:02.${String(n).padStart(9, "0")}Z`;
/** Lines of a source: the times rise, but for neighbours that changed places, and some are equal. */
const sources = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.boolean()), { minLength: 1, maxLength: 40 })
  .map((steps) => {
    let now = 100;
    const lines = steps.map(([step]) => (now += step));
    for (const [i, [, swap]] of steps.entries())
      if (swap && i > 0) [lines[i - 1], lines[i]] = [lines[i]!, lines[i - 1]!];
    return lines.map(time);
  });

const knownOf = (times: readonly string[]): KnownLines => new KnownLines(times, times.toSorted().at(-1) ?? "");
const newOnes = (given: readonly string[], have: readonly string[]): (string | undefined)[] => {
  const known = knownOf(have);
  return given.flatMap((line) => {
    const verdict = known.judge({ time: line, partial: false });
    return verdict === "known" ? [] : verdict === "new" ? [line] : [undefined, line];
  });
};

describe("a log that is read again", () => {
  it("yields what comes after all that we have, wherever it broke off", () => {
    fc.assert(
      fc.property(sources, fc.nat(), (source, cut) => {
        const have = source.slice(0, cut % (source.length + 1));
        expect(newOnes(source, have)).toEqual(source.slice(have.length));
      }),
    );
  });

  it("does so as well from somewhere before the last lines that we know of, where no two lines share a time", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(10_000), { minLength: 1 }), fc.nat(), fc.nat(), (numbers, cut, first) => {
        const source = numbers.toSorted((a, b) => a - b).map(time);
        const end = 1 + (cut % source.length);
        expect(newOnes(source, source.slice(first % end, end))).toEqual(source.slice(end));
      }),
    );
  });

  it("goes on where the source has let go of lines that we have", () => {
    const source = [1, 2, 3, 4, 5].map(time);
    expect(newOnes(source.slice(2), source.slice(0, 4))).toEqual([time(5)]);
  });

  it("says so where the source may have let go of lines that we do not have", () => {
    expect(newOnes([7, 8].map(time), [1, 2].map(time))).toEqual([undefined, time(7), time(8)]);
  });

  it("takes the pieces of a long line with its end", () => {
    const known = knownOf([time(1), time(5)]);
    const verdicts = [
      { time: time(1), partial: false },
      { time: time(5), partial: true },
      { time: time(5), partial: false },
      { time: time(6), partial: true },
    ].map((line) => known.judge(line));
    expect(verdicts).toEqual(["known", "known", "known", "new"]);
  });

  it("knows a piece that is later than the whole line after it", () => {
    const known = new KnownLines([time(4)], time(5));
    const pieces = [
      { time: time(5), partial: true },
      { time: time(4), partial: false },
      { time: time(5), partial: true },
    ];
    expect(pieces.map((line) => known.judge(line))).toEqual(["known", "known", "new"]);
  });
});
