import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newRun } from "../contract/fixtures.ts";
import { openTestStore } from "../test-database.ts";

let opened: Awaited<ReturnType<typeof openTestStore>>;
beforeAll(async () => {
  opened = await openTestStore();
}, 60_000);
afterAll(() => opened.close(), 60_000);

/** Makes every key so many hours older. */
async function age(hours: number): Promise<number> {
  const client = new pg.Client({ connectionString: opened.url });
  await client.connect();
  try {
    const text = "update flotilla.answer set answered_at = answered_at - $1 * interval '1 hour'";
    return (await client.query(text, [hours])).rowCount!;
  } finally {
    await client.end();
  }
}

describe("an idempotency key", { timeout: 30_000 }, () => {
  it("is known for a day, then taken as a new one, and others like it are forgotten", async () => {
    const { store } = opened;
    const [first, second] = [newRun(), newRun()];
    const once = { key: "one", asked: "x" };
    await store.createRun(first, once);
    await store.createRun(newRun(), { key: "two", asked: "x" });
    expect(await age(23)).toBe(2);
    expect(await store.createRun(newRun(), once)).toBe(first.id);
    await age(2);
    expect(await store.answered("one")).toBeUndefined();
    expect(await store.createRun(second, { key: "one", asked: "something else" })).toBe(second.id);
    expect(await store.answered("one")).toMatchObject({ asked: "something else", run: second.id });
    expect(await age(0)).toBe(1);
  });

  it("goes with the run that was made with it", async () => {
    const { store } = opened;
    const run = newRun();
    await store.createRun(run, { key: "three", asked: "x" });
    const claim = (await store.claim({ engine: "e" as never, leaseMs: 60_000, run: run.id }))!;
    const state = { state: "succeeded", why: "", startedAt: 1, endedAt: 2 } as const;
    await store.commit({
      run: run.id,
      fence: claim.fence,
      version: 0,
      state,
      counts: run.counts,
      tasks: [],
      newAttempts: [],
      attempts: [],
      handled: [],
    });
    await store.release(run.id, claim.fence);
    expect(await store.deleteRuns([run.id])).toEqual([run.id]);
    expect(await store.answered("three")).toBeUndefined();
  });
});
