import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { readProgress } from "./progress-reader.ts";

describe("progress reader", () => {
  it("tells the latest of what is new, and nothing when nothing is", () => {
    const path = join(temporaryFolder(), "progress.jsonl");
    expect(readProgress(path, 0)).toEqual({ progress: undefined, nextByte: 0 });
    writeFileSync(
      path,
      '{"at":1,"fraction":0.2}\n{"at":2,"fraction":0.4,"message":"epoch 4"}\n{"at":3,"metric":"loss","step":1,"value":0.5}\n{"at":4,"fra',
    );
    const first = readProgress(path, 0);
    expect(first.progress).toEqual({ fraction: 0.4, message: "epoch 4", metrics: { loss: 0.5 } });
    expect(readProgress(path, first.nextByte)).toEqual({ progress: undefined, nextByte: first.nextByte });
    appendFileSync(path, 'ction":0.9}\n');
    expect(readProgress(path, first.nextByte).progress).toEqual({ fraction: 0.9 });
  });

  it("believes nothing that a task wrote", () => {
    const path = join(temporaryFolder(), "progress.jsonl");
    writeFileSync(
      path,
      `not json\n[1]\nnull\n{"fraction":7}\n{"fraction":"x"}\n{"message":${JSON.stringify("m".repeat(5000))}}\n{"metric":"__proto__","value":1}\n{"metric":"m","value":"1"}\n`,
    );
    const { progress } = readProgress(path, 0);
    expect(progress).toMatchObject({ fraction: 1, message: "m".repeat(500) });
    expect(Object.keys(progress!.metrics!)).toEqual(["__proto__"]);
  });

  it("skips to the end of what a task told too much of", () => {
    const path = join(temporaryFolder(), "progress.jsonl");
    writeFileSync(path, `${'{"fraction":0.1}\n'.repeat(100_000)}{"fraction":0.9}\n`);
    expect(readProgress(path, 0).progress).toEqual({ fraction: 0.9 });
  });
});
