import { expect, it } from "vitest";
import { newRun, newRunId, ownRun } from "./fixtures.ts";
import type { Once, Store } from "../store.ts";

let keys = 0;
const once = (asked = "asked"): Once => ({ key: `key-${++keys}-${Math.random()}`, asked });

/** Requests that come with a key of the caller's. */
export function testAnswers(open: () => Store): void {
  it("makes one run of a request that is sent again, also when both come at once", async () => {
    const key = once();
    const runs = [newRun(), newRun(), newRun()];
    const ids = await Promise.all(runs.map((run) => open().createRun(run, key)));
    expect(new Set(ids).size).toBe(1);
    expect(await open().createRun(newRun(), key)).toBe(ids[0]);
    const stored = await Promise.all(runs.map(({ id }) => open().getRun(id)));
    expect(stored.filter((run) => run !== undefined).map(({ id }) => id)).toEqual([ids[0]]);
    expect(await open().answered(key.key)).toEqual({ asked: "asked", run: ids[0], request: undefined });
  });

  it("makes the run of a key whose plan is not stored yet", async () => {
    const run = newRun({ planHash: `new-${Math.random()}` });
    expect(await open().createRun(run, once())).toBe(run.id);
    expect(await open().getRun(run.id)).toBeDefined();
  });

  it("refuses a key that was used for something else, and makes nothing", async () => {
    const key = once();
    const run = newRun();
    await open().createRun(run, key);
    const other = newRun();
    const conflict = { code: "CONFLICT" };
    await expect(open().createRun(other, { ...key, asked: "else" })).rejects.toMatchObject(conflict);
    expect(await open().getRun(other.id)).toBeUndefined();
    const asking = open().addRequest(run.id, { type: "pause" }, "anna", { ...key, asked: "else" });
    await expect(asking).rejects.toMatchObject(conflict);
    expect(await open().openRequests([run.id])).toEqual([]);
  });

  it("takes a request that is sent again as the same one", async () => {
    const { run } = await ownRun(open());
    const key = once();
    const ask = (): Promise<number> => open().addRequest(run.id, { type: "pause" }, "anna", key);
    const [first, second] = await Promise.all([ask(), ask()]);
    expect([second, await ask()]).toEqual([first, first]);
    expect(await open().openRequests([run.id])).toHaveLength(1);
    expect(await open().answered(key.key)).toEqual({ asked: "asked", run: run.id, request: { type: "pause" } });
    await expect(open().addRequest(newRunId(), { type: "pause" }, "anna", once())).rejects.toMatchObject({
      code: "RUN_NOT_FOUND",
    });
  });

  it("knows nothing of a key that was never used", async () => {
    expect(await open().answered("never used")).toBeUndefined();
  });
}
