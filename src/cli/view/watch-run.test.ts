import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RunDetail } from "../../api/schemas/run.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { Connection } from "../connection.ts";
import { fakeTerminal, runId } from "../test-rows.ts";
import { shownRun } from "../test-run.ts";
import { watchRun } from "./watch-run.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "Date", "performance"] }));
afterEach(() => void vi.useRealTimers());

type Watched = Parameters<typeof watchRun>[0];
type Look = Partial<RunDetail> | FlotillaError;

/** A run of which each look finds the next of these; the last one stays. */
function fakeRun(looks: readonly Look[], project: object | undefined = {}): Watched {
  let at = 0;
  const failures = Array.from({ length: 5 }, (_, n) => ({ ref: `train[n=${n}]`, class: "user" as const, error: "no" }));
  const getRun: Connection["api"]["getRun"] = () => {
    const look = looks[Math.min(at++, looks.length - 1)]!;
    return look instanceof FlotillaError ? Promise.reject(look) : Promise.resolve(shownRun({ failures, ...look }));
  };
  return { api: { getRun } as Connection["api"], project: project as Watched["project"], lookMs: 125 };
}

const ended: Partial<RunDetail> = { state: "failed", version: 9, endedAt: 1_001_000 };

async function watched(run: Watched, keep: () => boolean = () => true) {
  const terminal = fakeTerminal({ json: true });
  const kept = (): Promise<boolean> => Promise.resolve(keep());
  const watching = watchRun(run, runId, { terminal, keep: kept });
  let isOver = false;
  const settle = (): unknown => (isOver = true);
  void watching.then(settle, settle);
  for (let frame = 0; !isOver && frame < 800; frame++) await vi.advanceTimersByTimeAsync(125);
  expect(isOver, "the watching did not end").toBe(true);
  const types = terminal.printed.map((line) => (JSON.parse(line) as { type: string }).type);
  return { run: await watching, types };
}

describe("watching a run", () => {
  it("ends with the run", async () => {
    const { run, types } = await watched(fakeRun([{ version: 1 }, { version: 1 }, { version: 2 }, ended]));
    expect(run.state).toBe("failed");
    expect(types.filter((type) => type === "run.progress")).toHaveLength(2);
    expect(types.at(-1)).toBe("run.ended");
  });

  it("shows the first failures only, however many there are", async () => {
    const looks = Array.from({ length: 10 }, (_, version) => ({ version }));
    const { types } = await watched(fakeRun([...looks, ended]));
    expect(types.filter((type) => type === "task.failed")).toHaveLength(5);
  });

  it("goes on when the store is away for a while", async () => {
    const away = new FlotillaError("STORE_UNREACHABLE", "no answer");
    expect((await watched(fakeRun([{ version: 1 }, away, away, ended]))).types.at(-1)).toBe("run.ended");
  });

  it("fails with any other error", async () => {
    const watching = watchRun(fakeRun([new FlotillaError("STORE_NEWER", "too new")]), runId, {
      terminal: fakeTerminal(),
      keep: () => Promise.resolve(true),
    });
    await expect(watching).rejects.toMatchObject({ code: "STORE_NEWER" });
  });

  it("waits for a server that is away, and says so once", async () => {
    const away = new FlotillaError("SERVER_UNREACHABLE", "no answer");
    const terminal = fakeTerminal({ json: true });
    const keep = (): Promise<boolean> => Promise.resolve(true);
    const watching = watchRun(fakeRun([{ version: 1 }, away, away, ended]), runId, { terminal, keep });
    await vi.advanceTimersByTimeAsync(1000);
    expect((await watching).state).toBe("failed");
    expect(terminal.noted).toEqual([expect.stringContaining("SERVER_UNREACHABLE")]);
  });

  it("gives a server up that does not come back", async () => {
    const away = new FlotillaError("SERVER_UNREACHABLE", "no answer");
    const watching = watched(fakeRun([{ version: 1 }, away]));
    await expect(watching).rejects.toMatchObject({ code: "SERVER_UNREACHABLE" });
  });

  it("waits for a restart that is asked for, and not carried out yet", async () => {
    const asked = { ...ended, asked: ["restart" as const] };
    const run = fakeRun([asked, asked, { version: 10 }, { ...ended, version: 11, state: "succeeded" }]);
    expect((await watched(run)).run.state).toBe("succeeded");
  });

  it("does not wait for a restart that nobody carries out, but longer where a server is there", async () => {
    const asked = { ...ended, asked: ["restart" as const] };
    const begun = Date.now();
    expect((await watched(fakeRun([asked]), () => false)).run.state).toBe("failed");
    expect(Date.now() - begun).toBeLessThan(4000);
    const again = Date.now();
    await watched({ ...fakeRun([asked]), project: undefined }, () => false);
    expect(Date.now() - again).toBeGreaterThan(10_000);
  });

  it("does not wait for a cancel that came too late", async () => {
    expect((await watched(fakeRun([{ ...ended, asked: ["cancel"] }]))).run.state).toBe("failed");
  });
});
