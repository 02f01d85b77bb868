import { expect, it } from "vitest";
import type { EngineId, RunId } from "../../core/ids.ts";
import { commitFor, endRun, engineA, engineB, eventually, newRun, newRunId, ownRun, plan } from "./fixtures.ts";
import type { Store } from "../store.ts";

/** Runs, plans, leases and requests. */
export function testRuns(open: () => Store): void {
  it("keeps a run with all that it pins, and its plan", async () => {
    const code = `sha256:${"c".repeat(64)}` as const;
    const run = newRun({
      plan: plan({ params: { z: 1, a: "ä\u0000\ud800" } }),
      planHash: `pinned-${Math.random()}`,
      code: code as never,
      file: "pipelines/fleet.pipeline.ts",
      changedParams: ["a"],
    });
    await open().createRun(run);
    const row = await open().getRun(run.id);
    expect(row).toMatchObject({
      pipeline: "flight-delays",
      code,
      selection: "pr",
      state: "running",
      version: 0,
      fence: 0,
      leased: false,
      startedBy: "anna",
      project: run.project,
      file: run.file,
      changedParams: ["a"],
    });
    expect(row!.counts).toEqual(run.counts);
    expect(JSON.stringify(row!.params)).toBe(JSON.stringify(run.plan.params));
    expect(Math.abs(row!.createdAt - Date.now())).toBeLessThan(60_000);
    expect(await open().getPlan(run.planHash)).toEqual(run.plan);
    expect(await open().getPlan("no such plan")).toBeUndefined();
  });

  it("takes the same run twice without harm", async () => {
    const run = newRun();
    await open().createRun(run);
    await open().claim({ engine: engineA, leaseMs: 60_000, run: run.id });
    await open().createRun(run);
    expect(await open().getRun(run.id)).toMatchObject({ fence: 1, leased: true, owner: engineA });
  });

  it("lists runs newest first, page by page, by pipeline and state", async () => {
    const pipeline = `list-${Math.random()}`;
    const runs = Array.from({ length: 4 }, () => newRun({ plan: plan({ pipeline }) }));
    for (const run of runs) await open().createRun(run);
    const claim = (await open().claim({ engine: engineA, leaseMs: 60_000, run: runs[1]!.id }))!;
    await endRun(open(), claim);
    const ids = async (filter: object): Promise<RunId[]> =>
      (await open().listRuns({ pipeline, ...filter })).map(({ id }) => id);
    const newestFirst = runs.map(({ id }) => id).toReversed();
    expect(await ids({})).toEqual(newestFirst);
    expect(await ids({ limit: 2 })).toEqual(newestFirst.slice(0, 2));
    expect(await ids({ before: newestFirst[1], limit: 2 })).toEqual(newestFirst.slice(2));
    expect(await ids({ states: ["succeeded"] })).toEqual([runs[1]!.id]);
    expect(await ids({ states: [] })).toEqual([]);
    const uses = await open().pipelineUses();
    expect(uses.find((use) => use.pipeline === pipeline)).toEqual({ pipeline, runs: 4, last: newestFirst[0] });
  });

  it("finds runs by project, the beginning of their id, and a text in what they are", async () => {
    const project = `/home/anna/${Math.random()}`;
    const late = newRun({ project, plan: plan({ pipeline: "delays", params: { city: "Zürich_50%" } }) });
    const early = newRun({ project, startedBy: "Ben" });
    for (const run of [late, early]) await open().createRun(run);
    const ids = async (filter: object): Promise<RunId[]> =>
      (await open().listRuns({ project, ...filter })).map(({ id }) => id);
    expect(await ids({})).toEqual([early.id, late.id]);
    expect(await ids({ idPrefix: late.id.slice(0, -1) })).toEqual([late.id]);
    expect(await ids({ idPrefix: "%" })).toEqual([]);
    for (const search of ["DELAYS", "zürich_50%", late.id]) expect(await ids({ search })).toContain(late.id);
    expect(await ids({ search: "ben" })).toEqual([early.id]);
    expect(await ids({ search: "_" })).toEqual([late.id]);
    expect(await ids({ search: "nobody\u0000" })).toEqual([]);
  });

  it("gives a run to one engine only, and its fence grows with each claim", async () => {
    const { run, fence } = await ownRun(open());
    expect(await open().claim({ engine: engineB, leaseMs: 60_000, run: run.id })).toBeUndefined();
    await open().release(run.id, fence);
    expect(await open().claim({ engine: engineB, leaseMs: 60_000, run: run.id })).toMatchObject({
      fence: fence + 1,
      run: { owner: engineB, leased: true },
    });
  });

  it("gives a leased run to an engine that names the owner it knows to be gone, and to no other", async () => {
    const { run, fence } = await ownRun(open());
    const wanted = { engine: engineB, leaseMs: 60_000, run: run.id };
    expect(await open().claim({ ...wanted, insteadOf: "somebody else" as EngineId })).toBeUndefined();
    expect(await open().claim({ ...wanted, insteadOf: run.owner! })).toMatchObject({
      fence: fence + 1,
      run: { owner: engineB },
    });
  });

  it("gives an engine of one profile runs of that profile only", async () => {
    const platforms = { gpu: "production.gpu" };
    const run = newRun({ profile: "production", platforms });
    await open().createRun(run);
    const wanted = { engine: engineA, leaseMs: 60_000, run: run.id };
    expect(await open().claim({ ...wanted, profile: "laptop" })).toBeUndefined();
    expect(await open().claim({ ...wanted, profile: "production" })).toMatchObject({
      run: { profile: "production", platforms },
    });
  });

  it("gives each of many engines that claim at once a run of its own", async () => {
    const runs = Array.from({ length: 8 }, () => newRun());
    for (const run of runs) await open().createRun(run);
    const mine = new Set<RunId>(runs.map(({ id }) => id));
    const claimed: RunId[] = [];
    const claimAll = async (): Promise<void> => {
      for (let claim; (claim = await open().claim({ engine: engineA, leaseMs: 60_000 })) !== undefined;)
        claimed.push(claim.run.id);
    };
    await Promise.all([claimAll(), claimAll(), claimAll(), claimAll()]);
    // SKIP LOCKED may pass over a run that another call was just about to leave.
    await claimAll();
    expect(new Set(claimed).size).toBe(claimed.length);
    expect(claimed.filter((id) => mine.has(id))).toHaveLength(8);
  });

  it("lets a run be taken over once its lease has run out, and tells the old owner so", async () => {
    const { run, fence } = await ownRun(open(), { leaseMs: 1 });
    await eventually(async () => !(await open().getRun(run.id))!.leased);
    expect(await open().claim({ engine: engineB, leaseMs: 60_000, run: run.id })).toMatchObject({ fence: fence + 1 });
    expect(await open().renew({ engine: engineA, leaseMs: 60_000, runs: [{ run: run.id, fence }] })).toEqual([]);
    await open().release(run.id, fence);
    expect(await open().getRun(run.id)).toMatchObject({ owner: engineB, leased: true });
  });

  it("prolongs leases as a set, and names those that are still ours", async () => {
    const ours = await ownRun(open(), { leaseMs: 1 });
    const lost = await ownRun(open());
    const runs = [
      { run: ours.run.id, fence: ours.fence },
      { run: lost.run.id, fence: lost.fence - 1 },
      { run: newRunId(), fence: 1 },
    ];
    expect(await open().renew({ engine: engineA, leaseMs: 60_000, runs })).toEqual([ours.run.id]);
    expect(await open().getRun(ours.run.id)).toMatchObject({ leased: true });
    expect(await open().renew({ engine: engineA, leaseMs: 60_000, runs: [] })).toEqual([]);
  });

  it("gives an ended run to an engine only when something is asked of it", async () => {
    const claim = await ownRun(open());
    await endRun(open(), claim);
    const { id } = claim.run;
    expect(await open().claim({ engine: engineA, leaseMs: 60_000, run: id })).toBeUndefined();
    await open().addRequest(id, { type: "restart", tasks: [{ step: 0, task: 0 }], code: undefined }, "anna");
    expect(await open().claim({ engine: engineA, leaseMs: 60_000, run: id })).toMatchObject({
      run: { state: "succeeded" },
    });
  });

  it("keeps requests in order until a commit has carried them out", async () => {
    const claim = await ownRun(open());
    const { id } = claim.run;
    const pause = await open().addRequest(id, { type: "pause" }, "anna");
    const cancel = await open().addRequest(id, { type: "cancel" }, "ben");
    expect(await open().openRequests([id])).toEqual([
      { id: pause, run: id, request: { type: "pause" }, by: "anna" },
      { id: cancel, run: id, request: { type: "cancel" }, by: "ben" },
    ]);
    await open().commit(commitFor(claim, { handled: [pause] }));
    expect((await open().openRequests([id])).map((request) => request.id)).toEqual([cancel]);
    await expect(open().addRequest(newRunId(), { type: "pause" }, "anna")).rejects.toMatchObject({
      code: "RUN_NOT_FOUND",
    });
  });

  it("takes a run from its owner at a fault, and gives it to whoever comes first after the wait", async () => {
    const { run, fence } = await ownRun(open());
    await open().recordFault({ run: run.id, fence, most: 3, waitMs: 60_000, why: "broken" });
    expect(await open().getRun(run.id)).toMatchObject({ state: "running", quarantined: false, version: 1 });
    expect(await open().commit(commitFor({ run, fence }))).toEqual({ type: "lost" });
    expect(await open().claim({ engine: engineB, leaseMs: 60_000, run: run.id })).toBeUndefined();
    const again = await ownRun(open());
    await open().recordFault({ run: again.run.id, fence: again.fence, most: 3, waitMs: 0, why: "broken" });
    expect(await open().claim({ engine: engineB, leaseMs: 60_000, run: again.run.id })).toBeDefined();
  });

  it("quarantines a run after too many faults: paused, claimed by nobody, until something is asked of it", async () => {
    const { id } = (await ownRun(open(), { leaseMs: 1 })).run;
    await eventually(async () => !(await open().getRun(id))!.leased);
    const claim = { engine: engineA, leaseMs: 60_000, run: id };
    for (let fault = 0; fault < 3; fault++) {
      const { fence } = (await open().claim(claim))!;
      await open().recordFault({ run: id, fence: fence - 1, most: 3, waitMs: 0, why: "of an owner before" });
      await open().recordFault({ run: id, fence, most: 3, waitMs: 0, why: "broken\0" });
    }
    expect(await open().getRun(id)).toMatchObject({ state: "paused", quarantined: true, leased: false });
    expect((await open().getRun(id))!.why).toMatch(/^broken/);
    expect(await open().claim(claim)).toBeUndefined();
    await open().addRequest(id, { type: "resume" }, "anna");
    expect(await open().claim(claim)).toMatchObject({ run: { state: "paused", quarantined: false } });
  });

  it("wakes listeners when a run is created, asked something, changes its state, or is given back", async () => {
    const woken: (RunId | undefined)[] = [];
    const stop = open().onHint(({ run }) => void woken.push(run));
    await eventually(() => woken.includes(undefined));
    const claim = await ownRun(open());
    const wakes = (): number => woken.filter((run) => run === claim.run.id).length;
    await eventually(() => wakes() === 1);
    await open().addRequest(claim.run.id, { type: "pause" }, "anna");
    await eventually(() => wakes() === 2);
    await open().commit(commitFor(claim, { state: { state: "paused", why: "asked by anna" } }));
    await eventually(() => wakes() === 3);
    await open().release(claim.run.id, claim.fence);
    await eventually(() => wakes() === 4);
    stop();
    expect(wakes()).toBe(4);
  });

  it("removes ended runs with all their rows, and nothing else", async () => {
    const planHash = `deleted-${Math.random()}`;
    const over = await ownRun(open(), { run: { planHash } });
    await endRun(open(), over);
    const going = await ownRun(open());
    expect(await open().deleteRuns([over.run.id, going.run.id, newRunId()])).toEqual([over.run.id]);
    expect(await open().getRun(over.run.id)).toBeUndefined();
    expect(await open().getPlan(planHash)).toBeUndefined();
    expect(await open().getPlan("plan-1")).toBeDefined();
    await open().createRun(newRun({ planHash }));
    expect(await open().getPlan(planHash)).toBeDefined();
  });
}
