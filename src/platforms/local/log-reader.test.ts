import { createWriteStream, writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import type { LogLine } from "../platform.ts";
import { readLog } from "./log-reader.ts";

const record = (text: string | Buffer, stream = "stdout", flag = "F"): Buffer =>
  Buffer.concat([
    Buffer.from(`2026-11-23T22:16:02.123456Z ${stream} ${flag} `),
    Buffer.from(text as string),
    Buffer.from("\n"),
  ]);

function logWith(...records: Buffer[]): string {
  const path = join(temporaryFolder(), "log");
  writeFileSync(path, Buffer.concat(records));
  return path;
}

async function read(path: string, options?: Parameters<typeof readLog>[1]): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const line of readLog(path, options)) lines.push(line);
  return lines;
}

const texts = (lines: LogLine[]): string[] => lines.map(({ text }) => text);

describe("log reader", () => {
  it("tells time, stream, text and whether a line goes on", async () => {
    const path = logWith(record("hello"), record("part", "stderr", "P"), record(""));
    expect(await read(path)).toEqual([
      {
        at: Date.UTC(2026, 10, 23, 22, 16, 2, 123),
        stream: "stdout",
        text: "hello",
        partial: false,
        nextByte: record("hello").length,
        fromByte: 0,
      },
      expect.objectContaining({ stream: "stderr", text: "part", partial: true }),
      expect.objectContaining({ text: "" }),
    ]);
  });

  it("has no lines for a log that does not exist", async () => {
    expect(await read(join(temporaryFolder(), "none"))).toEqual([]);
  });

  it("goes on from where it stopped, leaving out a record that is not whole yet", async () => {
    const path = logWith(record("one"), record("two").subarray(0, -3));
    const first = await read(path);
    expect(texts(first)).toEqual(["one"]);
    writeFileSync(path, Buffer.concat([record("one"), record("two"), record("three")]));
    expect(texts(await read(path, { fromByte: first[0]!.nextByte! }))).toEqual(["two", "three"]);
  });

  it("shows bytes that are not UTF-8 as replacement characters and stays in step", async () => {
    const lines = await read(logWith(record(Buffer.from([0x61, 0xff, 0xfe])), record("next")));
    expect(texts(lines)).toEqual(["a\ufffd\ufffd", "next"]);
  });

  it("skips what is no record", async () => {
    expect(texts(await read(logWith(Buffer.from("garbage\n\n2026 stdout F\n"), record("good"))))).toEqual(["good"]);
  });

  it("reads records that cross the borders of its pieces", async () => {
    const lines = Array.from({ length: 3000 }, (_, i) => `${i} ${"x".repeat(i % 700)}`);
    expect(texts(await read(logWith(...lines.map((line) => record(line)))))).toEqual(lines);
  });

  it.each([0, 1, 2, 5, 2999, 3000, 3001, 10_000])("gives the last %d lines", async (count) => {
    const lines = Array.from({ length: 3000 }, (_, i) => `${i} ${"x".repeat(i % 700)}`);
    const path = logWith(...lines.map((line) => record(line)));
    expect(texts(await read(path, { tailLines: count }))).toEqual(count === 0 ? [] : lines.slice(-count));
  });

  it("gives the lines before a byte, for reading upwards", async () => {
    const lines = Array.from({ length: 3000 }, (_, i) => `${i} ${"x".repeat(i % 700)}`);
    const path = logWith(...lines.map((line) => record(line)));
    const found: string[] = [];
    for (let beforeByte: number | undefined; beforeByte !== 0;) {
      const page = await read(path, { tailLines: 700, ...(beforeByte === undefined ? {} : { beforeByte }) });
      found.unshift(...texts(page));
      beforeByte = page[0]!.fromByte!;
    }
    expect(found).toEqual(lines);
  });

  it("gives fewer lines where they would be too much, and at least one", async () => {
    const lines = Array.from({ length: 50 }, (_, i) => `${i} ${"x".repeat(100)}`);
    const path = logWith(...lines.map((line) => record(line)), record("not whole").subarray(0, -3));
    const bytes = record(lines[0]!).length + 1;
    expect(texts(await read(path, { tailLines: 20, mostBytes: 3.5 * bytes }))).toEqual(lines.slice(-3));
    expect(texts(await read(path, { tailLines: 20, mostBytes: 1 }))).toEqual(lines.slice(-1));
    expect(texts(await read(path, { tailLines: 20 }))).toEqual(lines.slice(-20));
  });

  it("gives the last whole lines while another is being written", async () => {
    const path = logWith(record("one"), record("two"), record("three").subarray(0, -4));
    expect(texts(await read(path, { tailLines: 1 }))).toEqual(["two"]);
  });

  it("gives the tail of a log of 256 MiB at once and with little memory", async () => {
    const path = join(temporaryFolder(), "log");
    const piece = Buffer.concat(Array.from({ length: 64 }, () => record("x".repeat(64 * 1024), "stdout", "P")));
    const stream = createWriteStream(path);
    for (let written = 0; written < 256 * 1024 * 1024; written += piece.length)
      if (!stream.write(piece)) await once(stream, "drain");
    stream.end(record("the end"));
    await once(stream, "close");
    const before = process.memoryUsage().rss;
    const start = performance.now();
    expect(texts(await read(path, { tailLines: 1 }))).toEqual(["the end"]);
    expect(performance.now() - start).toBeLessThan(200);
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
  });
});
