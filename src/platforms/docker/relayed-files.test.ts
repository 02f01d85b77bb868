import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { attemptPlaces } from "../local/attempt-folder.ts";
import { usualLimits } from "../task-api/limits.ts";
import { linesOfStdout } from "./log-frames.ts";
import { parsePiece, RelayedFiles } from "./relayed-files.ts";

const file = (limits = usualLimits): { files: RelayedFiles; log: string } => {
  const folder = attemptPlaces(temporaryFolder(), "/none");
  return { files: new RelayedFiles(folder, limits), log: folder.log };
};

/** A piece of output as Docker frames it. */
function framed(stream: 1 | 2, text: string): Buffer {
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

async function linesOf(whole: Buffer, pieceBytes = whole.length): Promise<string[]> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < whole.length; at += pieceBytes) pieces.push(whole.subarray(at, at + pieceBytes));
  const found: string[] = [];
  for await (const line of linesOfStdout(Readable.from(pieces))) found.push(line);
  return found;
}

describe("the lines of a container's stdout", () => {
  it("are whole, however they were cut, and without what went to stderr", async () => {
    const whole = Buffer.concat([framed(1, "on"), framed(2, "no\n"), framed(1, "e\ntw"), framed(1, "o\n\nrest")]);
    for (const bytes of [1, 3, 8, 100]) expect(await linesOf(whole, bytes)).toEqual(["one", "two", ""]);
  });

  it("are held no longer than a line of ours can be", async () => {
    const whole = Buffer.concat([framed(1, "x".repeat(70_000)), framed(1, "\nnext\n")]);
    expect(await linesOf(whole, 1000)).toContain("next");
  });
});

describe("a copy of a file that grows far away", () => {
  it.each(["log 0", "log -1 eA==", "log 0 e", "exit.json 0 eA==", "../log 0 eA==", "log 0 eA== more", "log 1e3 eA=="])(
    "takes nothing from the line %j",
    (line) => expect(parsePiece(line)?.bytes.length ?? 0).toBe(0),
  );

  it("is what it was, whatever comes twice or late", () => {
    const content = Buffer.from("0123456789".repeat(10));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(99), fc.nat(30))), (told) => {
        const { files, log } = file();
        for (const [at, length] of told) {
          const had = files.bytesOf("log");
          const isKept = files.take({ name: "log", at, bytes: content.subarray(at, at + length) });
          expect(isKept).toBe(at <= had);
        }
        files.take({ name: "log", at: 0, bytes: content });
        expect(readFileSync(log)).toEqual(content);
      }),
    );
  });

  it("grows no further than it may, and says so once", () => {
    const { files, log } = file({ ...usualLimits, logBytes: 10 });
    const record = Buffer.from("123456789012345");
    expect([0, 0, 15, 99].map((at) => files.take({ name: "log", at, bytes: record }))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    const text = readFileSync(log, "utf8");
    expect(text.split("no more than 10 bytes of this log are kept")).toHaveLength(2);
  });

  it("knows from when on it has to hear again what was printed", async () => {
    const { files } = file();
    expect(await files.toldUntil()).toBe(0);
    const record = (second: number): string => `2026-11-23T22:16:0${second}.500000Z stdout F x\n`;
    files.take({ name: "log", at: 0, bytes: Buffer.from(`${record(1)}${record(2)}2026-11-23T22:16:0`) });
    expect(await files.toldUntil()).toBe(Date.parse("2026-11-23T22:16:02.5Z") / 1000 - 10);
  });
});
