import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flights } from "../../cli/test-rows.ts";
import { noCounts } from "../../core/task-state.ts";
import { commitFor, newRunId, ownRun, taskRow } from "../../store/contract/fixtures.ts";
import type { Claim, Store, TaskRow } from "../../store/store.ts";
import { openTestStore } from "../../store/test-database.ts";
import { localApi } from "../local-api.ts";
import type { ServiceContext } from "./service.ts";

let opened: Awaited<ReturnType<typeof openTestStore>>;
let store: Store;
beforeAll(async () => {
  opened = await openTestStore();
  store = opened.store;
}, 60_000);
afterAll(() => opened.close(), 60_000);

const api = () => localApi({ store, isDriven: () => false, now: Date.now } as unknown as ServiceContext, { by: "ada" });

/** A run of `flights` in which these tasks of its third step have got somewhere. */
async function aRun(): Promise<Claim> {
  const counts = flights.steps.map(() => ({ ...noCounts(), failed: 1 }));
  return ownRun(store, { run: { id: newRunId(), plan: flights, planHash: "flights", counts } });
}

const ref = (task: number): string => `train[n=${task}]`;
const train = (task: number, over: Partial<TaskRow> = {}): TaskRow =>
  taskRow({ step: 2, task, ref: ref(task), ...over });

describe("a run that is watched", () => {
  it("tells of tasks that failed since it was looked at last, and of no others", async () => {
    const claim = await aRun();
    const { id, version } = claim.run;
    const failed = { state: "failed", class: "user", error: "no luck" } as const;
    await store.commit(commitFor(claim, { tasks: [train(0, failed), train(1)] }));
    const first = await api().getRun({ run: id, failedSince: version });
    expect(first.failures).toEqual([{ ref: ref(0), class: "user", error: "no luck" }]);
    await store.commit(commitFor(claim, { version: first.version, tasks: [train(1, failed)] }));
    const second = await api().getRun({ run: id, failedSince: first.version });
    expect(second.failures?.map((failure) => failure.ref)).toEqual([ref(1)]);
    expect((await api().getRun({ run: id, failedSince: second.version })).failures).toEqual([]);
    expect(await api().getRun({ run: id })).not.toHaveProperty("failures");
  });

  it("tells what it was asked until that is carried out, and then shows what came of it", async () => {
    const claim = await aRun();
    const { id } = claim.run;
    const request = await store.addRequest(id, { type: "pause" }, "ada");
    expect(await api().getRun({ run: id })).toMatchObject({ asked: ["pause"], state: "running" });
    const state = { state: "paused", why: "paused by ada" } as const;
    await store.commit(commitFor(claim, { handled: [request], state }));
    expect(await api().getRun({ run: id })).toMatchObject({ asked: [], state: "paused" });
  });

  it("lists the tasks that have logs page by page, then only those that have changed", async () => {
    const claim = await aRun();
    const { id } = claim.run;
    const rows = [train(0), train(1, { state: "succeeded" }), train(2, { state: "blocked", attempts: 0 }), train(3)];
    await store.commit(commitFor(claim, { tasks: rows }));
    const first = await api().listLogs({ run: id, limit: 2 });
    expect(first.tasks).toEqual([
      { task: ref(0), attempts: 1, open: true },
      { task: ref(1), attempts: 1, open: false },
    ]);
    await store.commit(commitFor(claim, { version: first.version, tasks: [train(1, { attempts: 2 })] }));
    const second = await api().listLogs({ run: id, limit: 2, after: first.next! });
    expect(second).toEqual({
      version: first.version,
      ended: false,
      tasks: [{ task: ref(3), attempts: 1, open: true }],
    });
    const changed = await api().listLogs({ run: id, since: first.version });
    expect(changed.tasks).toEqual([{ task: ref(1), attempts: 2, open: true }]);
  });

  it("names nothing that is no place in its list", async () => {
    const { id } = (await aRun()).run;
    await expect(api().listLogs({ run: id, after: "nonsense" })).rejects.toMatchObject({ code: "USAGE" });
  });
});
