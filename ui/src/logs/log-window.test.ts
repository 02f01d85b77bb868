import { describe, expect, it } from "vitest";
import {
  append,
  endOf,
  hasMore,
  mostPages,
  prepend,
  reachesEnd,
  reachesStart,
  startOf,
  windowOf,
  type LogPage,
} from "./log-window.ts";

/** A page of records of ten bytes each, from record `first` on. */
function page(first: number, count: number, { of = 1_000, ...more }: Partial<LogPage> & { of?: number } = {}): LogPage {
  return {
    attempt: 1,
    lines: Array.from({ length: count }, (_, at) => ({
      at: first + at,
      stream: "stdout" as const,
      text: `line ${first + at}`,
      partial: false,
    })),
    from: first * 10,
    next: (first + count) * 10,
    size: of * 10,
    ended: true,
    ...more,
  };
}

describe("a window of a log", () => {
  it("grows at both ends, and knows when it has reached them", () => {
    let window = windowOf(page(500, 100));
    expect(reachesStart(window)).toBe(false);
    window = prepend(append(window, page(600, 400)), page(0, 500));
    expect(window.lines).toHaveLength(1_000);
    expect([reachesStart(window), reachesEnd(window)]).toEqual([true, true]);
    expect(window.lines.map(({ text }) => text)).toEqual(Array.from({ length: 1_000 }, (_, at) => `line ${at}`));
  });

  it("holds a bounded part however far one reads, and goes back without a gap", () => {
    let window = windowOf(page(0, 10, { of: 100_000 }));
    for (let at = 1; at < 500; at++) window = append(window, page(at * 10, 10, { of: 100_000 }));
    expect(window.pages).toHaveLength(mostPages);
    expect(endOf(window)).toBe(500 * 100);
    const before = startOf(window);
    window = prepend(window, page(before / 10 - 10, 10, { of: 100_000 }));
    expect(startOf(window)).toBe(before - 100);
    expect(window.pages).toHaveLength(mostPages);
  });

  it("ignores an answer to an earlier question", () => {
    const window = windowOf(page(500, 100));
    expect(append(window, page(700, 100))).toBe(window);
    expect(prepend(window, page(100, 100))).toBe(window);
    expect(append(window, page(600, 100, { attempt: 2 }))).toBe(window);
  });

  it("learns of an end without new lines", () => {
    const window = append(windowOf(page(0, 10, { of: 10, ended: false })), page(10, 0, { of: 10, ended: true }));
    expect(window.ended).toBe(true);
    expect(window.pages).toHaveLength(1);
  });

  it("joins records of one stream that go on in each other, across pages and other streams", () => {
    const piece = (text: string, stream: "stdout" | "stderr", partial: boolean) => ({ at: 1, stream, text, partial });
    const first = page(0, 0, { lines: [piece("a", "stdout", true), piece("x", "stderr", false)], next: 20 });
    const second = page(2, 0, {
      lines: [piece("b", "stdout", true), piece("c", "stdout", false), piece("d", "stdout", false)],
      next: 50,
    });
    const window = append(windowOf(first), second);
    expect(window.lines.map(({ text }) => text)).toEqual(["abc", "x", "d"]);
  });
});

describe("a log that is told to have grown", () => {
  const open = windowOf(page(0, 10, { of: 10, ended: false }));
  const ended = windowOf(page(0, 10, { of: 10 }));
  const told = { run: "r", task: "train", attempt: 1, size: 100, ended: false };
  it.each([
    ["has no more when the window reaches as far", open, told, false],
    ["has more when it is longer", open, { ...told, size: 101 }, true],
    ["has more when it has ended, which the window does not know", open, { ...told, ended: true }, true],
    ["has no more when the window knows its end", ended, { ...told, ended: true }, false],
    ["has no more for the reader of an earlier attempt", open, { ...told, attempt: 2, size: 200 }, false],
  ])("%s", (_, window, growth, more) => {
    expect(hasMore(window, growth)).toBe(more);
  });
});
