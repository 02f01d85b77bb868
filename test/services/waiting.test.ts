import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localApi } from "../../src/server/local-api.ts";
import { until } from "../e2e/project.ts";
import { openServiceProject, type ServiceProject } from "../helpers/service-project.ts";

/** Two tasks that share one place and last until a file is there, and one that reads them. */
const gated = `
import { noop, pipeline, scenarios, shell, string, z } from "flotilla";
export default pipeline("gated", {
  params: z.object({ gate: z.string() }),
  scenarios: scenarios.product({ n: [1, 2] }),
  pools: { gate: 1 },
}, ({ params, step }) => {
  const wait = step("wait", {
    by: ["n"],
    pools: { gate: 1 },
    run: shell.script("echo '{\\"fraction\\": 0.4, \\"message\\": \\"at the gate\\", \\"metric\\": \\"loss\\", \\"value\\": 0.3}' > \\"$FLOTILLA_PROGRESS\\"; while [ ! -e \\"$gate\\" ]; do sleep 0.05; done"),
    inputs: { gate: params.gate },
  });
  step("after", { run: noop(), after: [wait] });
});
`;

/** Two tasks that both need all CPUs of the machine, on a name that shares it. */
const crowded = `
import { pipeline, scenarios, shell, z } from "flotilla";
export default pipeline("crowded", {
  params: z.object({ gate: z.string() }),
  scenarios: scenarios.product({ n: [1, 2] }),
}, ({ params, step }) => {
  step("work", {
    by: ["n"],
    on: "cpu",
    resources: { cpu: 2 },
    run: shell.script('while [ ! -e "$gate" ]; do sleep 0.05; done'),
    inputs: { gate: params.gate },
  });
});
`;

let project: ServiceProject;
beforeAll(async () => {
  project = await openServiceProject({ "pipeline.ts": gated, "crowded.ts": crowded });
}, 60_000);
afterAll(() => project.close(), 60_000);

async function startGated(name: string): Promise<{ id: string; open: () => void }> {
  const gate = join(project.folder, name);
  const { id } = await project.api.startRun({ params: { gate } });
  await until(
    async () => (await project.api.getTask({ run: id, task: "wait[n=1]" })).state === "active",
    "the first task has the gate",
  );
  return { id, open: () => writeFileSync(gate, "") };
}

describe("a run that waits", { timeout: 60_000 }, () => {
  it("says who has the place and what waits for it, task by task", async () => {
    const { id, open } = await startGated("first");
    const { users, waiting, pools, engines } = await project.api.platforms({});
    expect(users).toEqual([{ run: id, pipeline: "gated", step: "wait", platform: "local", running: 1 }]);
    expect(waiting).toEqual([
      {
        run: id,
        pipeline: "gated",
        step: "wait",
        tasks: 1,
        why: expect.stringContaining("waits for room: needs 1 of pool gate"),
      },
    ]);
    expect(pools).toContainEqual({ name: "gate", capacity: 1, used: 1 });
    expect(engines).toEqual([{ id: project.context.engine, runs: 1, alive: true }]);
    const second = await project.api.getTask({ run: id, task: "wait[n=2]" });
    expect(second).toMatchObject({
      state: "ready",
      why: expect.stringContaining("1 of pool gate of 1 of pool gate in use"),
    });
    const after = await project.api.getTask({ run: id, task: "after" });
    expect(after).toMatchObject({ state: "waiting", why: "waits for 2 tasks" });
    expect(after.needs).toEqual([
      { ref: "wait[n=1]", state: "active" },
      { ref: "wait[n=2]", state: "ready" },
    ]);
    expect((await project.api.readLogs({ run: id, task: "wait[n=1]" })).ended).toBe(false);
    const progress = async (): Promise<unknown> =>
      (await project.api.getTask({ run: id, task: "wait[n=1]" })).attemptsMade[0]!.progress;
    await until(async () => (await progress()) !== undefined, "the task says how far it is");
    expect(await progress()).toEqual({ fraction: 0.4, message: "at the gate", metrics: { loss: 0.3 } });
    open();
    expect(await project.ended(id)).toMatchObject({ state: "succeeded" });
    expect(await progress()).toBeUndefined();
    const { history } = await project.api.getTask({ run: id, task: "wait[n=2]" });
    expect(history[0]!.what).toMatch(/^waited .+: pool gate was full$/);
  });

  it("says that the machine is full where the name of a platform stands for it", async () => {
    const gate = join(project.folder, "crowded");
    const { id } = await project.api.startRun({ file: "crowded.ts", params: { gate } });
    const tasks = async () => (await project.api.listTasks({ run: id })).tasks;
    await until(async () => (await tasks()).some(({ state }) => state === "active"), "a task is at work");
    const why = expect.stringContaining("needs 2 CPU, 2 CPU of 2 CPU in use");
    const listed = (await tasks()).find(({ state }) => state === "ready")!;
    expect(listed).toMatchObject({ why });
    expect(await project.api.getTask({ run: id, task: listed.ref })).toMatchObject({ why });
    const { waiting, users } = await project.api.platforms({});
    expect(waiting).toMatchObject([{ step: "work", tasks: 1, why }]);
    expect(users).toMatchObject([{ step: "work", platform: "local", running: 1 }]);
    writeFileSync(gate, "");
    expect(await project.ended(id)).toMatchObject({ state: "succeeded" });
  });

  it("is paused, goes on, and is cancelled, each once per key", async () => {
    const { id, open } = await startGated("second");
    expect((await project.api.getRun({ run: id })).actions).toEqual(["pause", "cancel", "restart"]);
    const keyed = localApi(project.context, { by: "anna", idempotencyKey: `pause ${id}` });
    await keyed.pauseRun({ run: id });
    await until(async () => (await project.api.getRun({ run: id })).state === "paused", "the run is paused");
    // Sent again after it was carried out: the answer is that of then, not that a paused run cannot be paused.
    expect((await keyed.pauseRun({ run: id })).state).toBe("paused");
    await expect(project.api.pauseRun({ run: id })).rejects.toMatchObject({ code: "RUN_STATE" });
    expect((await project.api.getTask({ run: id, task: "wait[n=2]" })).why).toBe("the run is paused");
    expect((await project.api.getRun({ run: id })).actions).toEqual(["resume", "cancel", "restart"]);
    await project.api.resumeRun({ run: id });
    await until(async () => (await project.api.getRun({ run: id })).state === "running", "the run goes on");
    await project.api.cancelRun({ run: id });
    expect(await project.ended(id)).toMatchObject({ state: "cancelled" });
    open();
  });
});
