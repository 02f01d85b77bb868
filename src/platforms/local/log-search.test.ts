import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import type { LogSearch, LogSearchResult } from "../platform.ts";
import { searchLog } from "./log-search.ts";

function logWith(lines: readonly (string | Buffer)[]): string {
  const path = join(temporaryFolder(), "log");
  const head = Buffer.from("2026-11-23T22:16:02.123456Z stdout F ");
  writeFileSync(path, Buffer.concat(lines.flatMap((line) => [head, Buffer.from(line as string), Buffer.from("\n")])));
  return path;
}

function search(path: string, text: string, over: Partial<LogSearch> = {}): Promise<LogSearchResult> {
  return searchLog(path, { text, matchCase: false, fromByte: 0, mostHits: 1000, mostBytes: Infinity, ...over });
}

const texts = ({ hits }: LogSearchResult): string[] => hits.map(({ text }) => text);

describe("a search in a log", () => {
  it("finds lines, each once, with where they begin", async () => {
    const path = logWith(["epoch 1", "loss Loss", "epoch 2", ""]);
    expect(texts(await search(path, "loss"))).toEqual(["loss Loss"]);
    const { hits, nextByte } = await search(path, "EPOCH");
    expect(hits.map(({ text, fromByte }) => [text, fromByte])).toEqual([
      ["epoch 1", 0],
      ["epoch 2", 2 * 37 + 7 + 9 + 2],
    ]);
    expect(nextByte).toBeUndefined();
  });

  it("tells upper from lower case when asked to", async () => {
    const path = logWith(["Error", "error", "Übel übel"]);
    expect(texts(await search(path, "error", { matchCase: true }))).toEqual(["error"]);
    expect(texts(await search(path, "übel", { matchCase: true }))).toEqual(["Übel übel"]);
    expect(texts(await search(path, "ERROR"))).toEqual(["Error", "error"]);
  });

  it("does not look at times, streams and flags", async () => {
    const path = logWith(["one", "to stdout"]);
    expect(texts(await search(path, "stdout"))).toEqual(["to stdout"]);
    expect(texts(await search(path, "2026-11"))).toEqual([]);
    expect(texts(await search(path, "F one"))).toEqual([]);
  });

  it("goes on from where it stopped, after so many hits or bytes", async () => {
    const lines = Array.from({ length: 40_000 }, (_, i) => `${i} ${"x".repeat(i % 90)} needle`);
    const path = logWith(lines);
    const found: string[] = [];
    let from: number | undefined = 0;
    for (const bounds of [{ mostHits: 7 }, { mostBytes: 1 }, {}]) {
      const part: LogSearchResult = await search(path, "needle", { mostHits: Infinity, fromByte: from!, ...bounds });
      found.push(...texts(part));
      from = part.nextByte;
    }
    expect(found).toEqual(lines);
    expect(from).toBeUndefined();
  });

  it("stays in step with bytes that are not UTF-8, and with what is no record", async () => {
    const path = logWith([Buffer.from([0xff, 0xfe, 0x61, 0x62]), "x\nab without a head", "ab"]);
    expect(texts(await search(path, "ab"))).toEqual(["\ufffd\ufffdab", "ab"]);
  });

  it("has nothing to find in a log that does not exist", async () => {
    expect(await search(join(temporaryFolder(), "none"), "x")).toEqual({
      hits: [],
      nextByte: undefined,
      searchedBytes: 0,
    });
  });
});
