import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { FlotillaError } from "../../core/errors.ts";
import { readLog } from "../local/log-reader.ts";
import { textsOf } from "../platform-contract.ts";
import { FollowedLog } from "./followed-log.ts";
import { type LogSource, normalTime, type SourceLine, type SourceRange } from "./log-source.ts";

const time = (n: number): string => `2026-11-23T22:16:02.${String(n).padStart(9, "0")}Z`;
const line = (n: number, more: Partial<SourceLine> = {}): SourceLine => ({
  time: time(n),
  stream: "stdout",
  text: Buffer.from(`line ${n}`),
  partial: false,
  ...more,
});

/** A container's log, of which each reading gives as much as it is told, and then breaks. */
class Kept implements LogSource {
  lines: SourceLine[] = [];
  isGone = false;
  readonly asked: SourceRange[] = [];
  /** How many lines the next readings give before they break; whole ones when these are used up. */
  readonly breaks: number[] = [];

  async open(range: SourceRange): Promise<AsyncIterable<readonly SourceLine[]> | undefined> {
    this.asked.push(range);
    return this.isGone ? undefined : this.#read(this.breaks.shift());
  }

  async *#read(most = Infinity): AsyncGenerator<readonly SourceLine[]> {
    for (const [i, one] of this.lines.entries()) {
      if (i >= most) throw new Error("the connection broke");
      yield [one];
    }
  }
}

function ground(): { path: string; source: Kept; open: (finishWithinMs?: number) => FollowedLog } {
  const path = join(temporaryFolder(), "log");
  const source = new Kept();
  const open = (finishWithinMs = 10_000): FollowedLog => {
    const log = new FollowedLog(path, source, { finishWithinMs });
    onTestFinished(() => log.close());
    return log;
  };
  return { path, source, open };
}

describe("a log that is followed", () => {
  it("has each line once, though every reading breaks", async () => {
    const { path, source, open } = ground();
    source.lines = Array.from({ length: 6 }, (_, i) => line(i));
    source.breaks.push(2, 3, 5);
    await open().finish();
    expect(await textsOf(readLog(path))).toEqual(source.lines.map(({ text }) => text.toString()));
  });

  it("goes on in another process where a line was cut off", async () => {
    const { path, source, open } = ground();
    source.lines = [line(1), line(2), line(3)];
    writeFileSync(path, `${time(1)} stdout F line 1\n${time(2)} stdout F li`);
    await open().finish();
    expect(await textsOf(readLog(path))).toEqual(["line 1", "line 2", "line 3"]);
    expect(source.asked[0]!.fromSecond).toBe(Date.parse("2026-11-23T22:16:01Z") / 1000);
  });

  it("begins the pieces of a long line anew where its end is missing", async () => {
    const { path, source, open } = ground();
    source.lines = [line(1), line(2, { partial: true }), line(2, { text: Buffer.from("its end") })];
    writeFileSync(path, `${time(1)} stdout F line 1\n${time(2)} stdout P line 2\n`);
    await open().finish();
    expect(readFileSync(path, "utf8")).toBe(
      `${time(1)} stdout F line 1\n${time(2)} stdout P line 2\n${time(2)} stdout F its end\n`,
    );
  });

  it("is cut into records that fit", async () => {
    const { path, source, open } = ground();
    source.lines = [line(1, { text: Buffer.alloc(150_000, "x") }), line(2, { text: Buffer.alloc(0) })];
    await open().finish();
    const records: [number, boolean][] = [];
    for await (const { text, partial } of readLog(path)) records.push([text.length, partial]);
    expect(records).toEqual([
      [65_536, true],
      [65_536, true],
      [18_928, false],
      [0, false],
    ]);
  });

  it("marks what is gone with its container, and what the engine kept no more", async () => {
    const { path, source, open } = ground();
    writeFileSync(path, `${time(1)} stdout F line 1\n`);
    source.lines = [line(7)];
    await open().finish();
    source.isGone = true;
    await open().finish();
    expect(await textsOf(readLog(path))).toEqual([
      "line 1",
      expect.stringContaining("lines before this one may be lost"),
      "line 7",
      expect.stringContaining("gone with its container"),
    ]);
  });

  it("says so when the rest cannot be read in time", async () => {
    const { path, source, open } = ground();
    source.lines = [line(1), line(2)];
    source.breaks.push(...Array.from({ length: 100 }, () => 1));
    await open(300).finish();
    expect(await textsOf(readLog(path))).toEqual(["line 1", expect.stringContaining("the connection broke")]);
  });

  it("is waited for, however long, where nobody answers", async () => {
    const { path, source, open } = ground();
    source.lines = [line(1)];
    const answer = source.open.bind(source);
    let asked = 0;
    source.open = async (range) => {
      if (++asked < 4) throw new FlotillaError("DOCKER_UNREACHABLE", "away");
      return answer(range);
    };
    // The third wait alone is longer than what is otherwise waited in all.
    await open(350).finish();
    expect(await textsOf(readLog(path))).toEqual(["line 1"]);
  });

  it("is not waited for where nobody but a person could mend it", async () => {
    const { path, source, open } = ground();
    source.open = () => Promise.reject(new FlotillaError("CLUSTER_REFUSED", "not for us"));
    await open(60_000).finish();
    expect(await textsOf(readLog(path))).toEqual([expect.stringContaining("could not be read: ")]);
  });

  it("is left to another process that writes to it", async () => {
    const { path, source, open } = ground();
    const log = open();
    source.lines = [line(1)];
    const following = log.follow();
    while (source.asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    appendFileSync(path, `${time(2)} stdout F line 2 of another\n${time(3)} stdout F line 3 of ano`);
    source.lines.push(line(2), line(3));
    await following;
    expect(readFileSync(path, "utf8")).toMatch(/line 3 of ano$/);
  });
});

describe("a time", () => {
  it.each([
    ["2026-11-23T22:16:02.1Z", "2026-11-23T22:16:02.100000000Z"],
    ["2026-11-23T22:16:02Z", "2026-11-23T22:16:02.000000000Z"],
    ["2026-11-23T23:16:02.123456789+01:00", "2026-11-23T22:16:02.123456789Z"],
    ["2026-11-23 22:16", undefined],
  ])("%s has one form", (text, normal) => expect(normalTime(text)).toBe(normal));
});
