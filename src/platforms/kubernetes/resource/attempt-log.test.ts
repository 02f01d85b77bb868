import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../artifacts/temporary-folder.ts";
import { type AttemptFolder, attemptFolder } from "../../local/attempt-folder.ts";
import { makeSpec } from "../../test-spec.ts";
import { AttemptLog } from "./attempt-log.ts";

const folderOf = (): AttemptFolder => attemptFolder(join(temporaryFolder(), ".flotilla"), makeSpec().id);
const record = (n: number): string => `2026-01-01T00:00:0${n}Z stdout F line ${n}`;
const place = (lines: number): { position: { time: string; lines: number; chars: number } } => ({
  position: { time: `2026-01-01T00:00:0${lines}Z`, lines: 1, chars: 0 },
});
const read = ({ log }: AttemptFolder): string => readFileSync(log, "utf8");

it("another process goes on where the first one was", async () => {
  const folder = folderOf();
  const first = new AttemptLog(folder);
  await first.write(record(1), "a/main", place(1));
  first.close();
  const second = new AttemptLog(folder);
  expect(second.placeOf("a/main")).toEqual(place(1));
  expect(second.placeOf("b/main")).toEqual({});
  second.place("a/main", { ...second.placeOf("a/main"), isDone: true });
  second.close();
  expect(new AttemptLog(folder).placeOf("a/main")).toMatchObject({ isDone: true });
});

it("what was written before the process died, and not placed, is not written twice", async () => {
  const folder = folderOf();
  const first = new AttemptLog(folder);
  await first.write(record(1), "a/main", place(1));
  first.close();
  // Two that no place covers, one of them with its pod's name in front, and a third that was cut off.
  appendFileSync(folder.log, `${record(2)}\n2026-01-01T00:00:03Z stdout F a: line 3\n2026-01-01T00:00:04Z stdo`);
  const second = new AttemptLog(folder);
  await second.write(record(2), "a/main", place(2));
  await second.write(record(3), "a/main", place(3), [record(3), "2026-01-01T00:00:03Z stdout F a: line 3"]);
  for (const n of [4, 2]) await second.write(record(n), "a/main", place(n));
  second.close();
  expect(read(folder)).toBe(
    `${record(1)}\n${record(2)}\n2026-01-01T00:00:03Z stdout F a: line 3\n${record(4)}\n${record(2)}\n`,
  );
});

it("a chatty source is written as it comes, without waiting for a timer", async () => {
  const folder = folderOf();
  const log = new AttemptLog(folder);
  const long = `2026-01-01T00:00:01Z stdout P ${"x".repeat(65_536)}`;
  for (let n = 0; n < 4; n++) await log.write(long, "a/main", place(1));
  expect(read(folder).length).toBe(4 * (long.length + 1));
  log.close();
});
