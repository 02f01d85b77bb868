import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FlotillaError } from "../../core/errors.ts";
import type { RequestRow, RunRow, Store } from "../../store/store.ts";
import { fakeTerminal, flights, runId, runRow, taskRow } from "../test-rows.ts";
import { watchRun } from "./watch-run.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "Date", "performance"] }));
afterEach(() => void vi.useRealTimers());

const restart: RequestRow = {
  id: 1,
  run: runId,
  by: "ada",
  request: { type: "restart", tasks: [], code: undefined },
};

/** A store in which each look finds the next of these; the last one stays. */
function fakeStore(
  looks: readonly (Partial<RunRow> | FlotillaError)[],
  requests: () => readonly RequestRow[] = () => [],
) {
  let at = 0;
  const failed = taskRow({ state: "failed", class: "user", error: "no" });
  return {
    getRun: () => {
      const look = looks[Math.min(at++, looks.length - 1)]!;
      return look instanceof FlotillaError ? Promise.reject(look) : Promise.resolve(runRow(look));
    },
    openRequests: () => Promise.resolve(requests()),
    listTasks: (_run: string, { states, limit }: { states: readonly string[]; limit: number }) =>
      Promise.resolve(states.includes("failed") ? Array.from({ length: limit }, () => failed) : []),
  } as unknown as Store;
}

const ended: Partial<RunRow> = { state: "failed", version: 9, endedAt: 1_001_000 };

async function watched(store: Store, keep: () => boolean = () => true) {
  const terminal = fakeTerminal({ json: true });
  const kept = (): Promise<boolean> => Promise.resolve(keep());
  const watching = watchRun(store, runId, flights, { terminal, keep: kept });
  let isOver = false;
  void watching.finally(() => (isOver = true));
  for (let frame = 0; !isOver && frame < 200; frame++) await vi.advanceTimersByTimeAsync(125);
  expect(isOver, "the watching did not end").toBe(true);
  const types = terminal.printed.map((line) => (JSON.parse(line) as { type: string }).type);
  return { run: await watching, types };
}

describe("watching a run", () => {
  it("ends with the run", async () => {
    const { run, types } = await watched(fakeStore([{ version: 1 }, { version: 1 }, { version: 2 }, ended]));
    expect(run.state).toBe("failed");
    expect(types.filter((type) => type === "run.progress")).toHaveLength(2);
    expect(types.at(-1)).toBe("run.ended");
  });

  it("shows the first failures only, however many there are", async () => {
    const looks = Array.from({ length: 10 }, (_, version) => ({ version }));
    const { types } = await watched(fakeStore([...looks, ended]));
    expect(types.filter((type) => type === "task.failed")).toHaveLength(5);
  });

  it("goes on when the store is away for a while", async () => {
    const away = new FlotillaError("STORE_UNREACHABLE", "no answer");
    expect((await watched(fakeStore([{ version: 1 }, away, away, ended]))).types.at(-1)).toBe("run.ended");
  });

  it("fails with any other error", async () => {
    const watching = watchRun(fakeStore([new FlotillaError("STORE_NEWER", "too new")]), runId, flights, {
      terminal: fakeTerminal(),
      keep: () => Promise.resolve(true),
    });
    await expect(watching).rejects.toMatchObject({ code: "STORE_NEWER" });
  });

  it("waits for a restart that is asked for, and not carried out yet", async () => {
    let looks = 0;
    const store = fakeStore([ended, ended, { version: 10 }, { ...ended, version: 11, state: "succeeded" }], () =>
      ++looks <= 2 ? [restart] : [],
    );
    expect((await watched(store)).run.state).toBe("succeeded");
  });

  it("does not take a row for the end that was read before a restart was carried out", async () => {
    const store = fakeStore([ended, { version: 10 }, { ...ended, version: 11, state: "succeeded" }]);
    expect((await watched(store)).run.state).toBe("succeeded");
  });

  it("does not wait for a restart that nobody carries out", async () => {
    const { run } = await watched(
      fakeStore([ended], () => [restart]),
      () => false,
    );
    expect(run.state).toBe("failed");
  });

  it("does not wait for a cancel that came too late", async () => {
    const late: RequestRow = { ...restart, request: { type: "cancel" } };
    expect((await watched(fakeStore([ended], () => [late]))).run.state).toBe("failed");
  });
});
