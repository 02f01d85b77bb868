import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { letGoOn, listen, platformContract, pythonSpec, shellSpec, textsOf, waitFor } from "../platform-contract.ts";
import type { AttemptSpec } from "../platform.ts";
import { successiveContract } from "../successive-contract.ts";
import { attemptFolder } from "./attempt-folder.ts";
import { localGrounds } from "./local-ground.ts";
import type { LocalGround } from "./local-ground.ts";
import { identify, isAlive, processesOf, signalProcess } from "./processes.ts";
import type { ProcessIdentity } from "./processes.ts";

const makeGround = localGrounds();

platformContract("local", makeGround);
successiveContract("local", makeGround);

describe("local platform", { timeout: 30_000 }, () => {
  const modelSpec = (ground: LocalGround): AttemptSpec =>
    pythonSpec(ground, "wait_for_file", { outputs: { model: { type: "file", path: "model.bin" } } });
  const identities = (ground: LocalGround, spec: AttemptSpec): { supervisor: ProcessIdentity; task: ProcessIdentity } =>
    JSON.parse(readFileSync(attemptFolder(ground.flotilla, spec.id).started, "utf8")) as {
      supervisor: ProcessIdentity;
      task: ProcessIdentity;
    };

  /** The warm parents of a ground, by their command line. */
  const parentsOf = (ground: LocalGround): ProcessIdentity[] =>
    processesOf(identify(process.pid)!).filter(({ pid }) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return command.includes("serve") && command.includes(ground.flotilla) && isAlive(identify(pid)!);
      } catch {
        return false;
      }
    });

  it("promises what the machine has, or what it was told", async () => {
    const ground = await makeGround();
    expect(ground.openWith({ cpus: 1.5, memoryBytes: 1000 }).capacity()).toEqual({ cpu: 1500, memory: 1000, gpu: 0 });
    expect(ground.open().capacity()["cpu"]).toBeGreaterThanOrEqual(1000);
  });

  it("says of a container step that there are no containers here", async () => {
    const ground = await makeGround();
    const platform = ground.open();
    const reports = listen(platform);
    const spec = { ...shellSpec(ground, []), work: { type: "container", env: {} } as const };
    await platform.start(spec);
    expect((await reports.ended(spec.id)).evidence.config).toMatchObject({
      code: "TASK_CONFIG",
      message: expect.stringContaining("no containers here"),
    });
  });

  it("removes the scratch of a successful attempt and keeps its records; keeps all of a failed one", async () => {
    const ground = await makeGround();
    const platform = ground.open();
    const reports = listen(platform);
    const good = shellSpec(ground, ["python3", "-c", "open('scratch', 'w').write('x'); print('hi')"]);
    const bad = shellSpec(ground, ["python3", "-c", "open('scratch', 'w').write('x'); raise SystemExit(1)"]);
    await Promise.all([platform.start(good), platform.start(bad)]);
    await Promise.all([reports.ended(good.id), reports.ended(bad.id)]);
    await platform.close();
    const left = readdirSync(attemptFolder(ground.flotilla, good.id).root);
    expect(left).toEqual(expect.arrayContaining(["attempt.json", "claim", "exit.json", "log", "started.json"]));
    expect(left).not.toContain("work");
    expect(existsSync(join(attemptFolder(ground.flotilla, bad.id).work, "scratch"))).toBe(true);
  });

  it("goes on when a warm parent is killed: what runs ends well, what comes gets another", async () => {
    const ground = await makeGround();
    const platform = ground.open();
    const reports = listen(platform);
    const running = modelSpec(ground);
    await platform.start(running);
    await reports.wait(running.id, "running");
    // The spares below a parent end by themselves once it is dead.
    for (const one of parentsOf(ground))
      if (one.pid !== identities(ground, running).supervisor.pid && one.pid !== identities(ground, running).task.pid)
        signalProcess(one, "SIGKILL");
    const next = modelSpec(ground);
    await platform.start(next);
    await letGoOn(platform, running);
    await letGoOn(platform, next);
    expect((await reports.ended(running.id)).evidence).toMatchObject({ completed: true });
    expect((await reports.ended(next.id)).evidence).toMatchObject({ completed: true });
  });

  it("hands what a dying parent had not started to the next one", async () => {
    const ground = await makeGround();
    const platform = ground.open();
    const reports = listen(platform);
    const specs = Array.from({ length: 5 }, () => pythonSpec(ground, "nothing"));
    const starting = specs.map((spec) => platform.start(spec));
    await starting[0];
    const parent = await waitFor(async () => parentsOf(ground)[0]);
    process.kill(parent.pid, "SIGKILL");
    await Promise.all(starting);
    for (const spec of specs) expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: true });
  });

  it("tells that an attempt is gone when its supervisor was killed, and leaves none of its processes", async () => {
    const ground = await makeGround();
    const platform = ground.open();
    const reports = listen(platform);
    const spec = pythonSpec(ground, "sleep");
    await platform.start(spec);
    await reports.wait(spec.id, "running");
    const { supervisor, task } = identities(ground, spec);
    process.kill(supervisor.pid, "SIGKILL");
    const { evidence } = await reports.ended(spec.id);
    expect(evidence).toMatchObject({ completed: false, gone: expect.any(String) as string });
    expect(isAlive(task)).toBe(false);
  });

  it("tells an adopted attempt whose supervisor was killed while nobody looked", async () => {
    const ground = await makeGround();
    const spec = pythonSpec(ground, "sleep");
    await ground.startAndDie(spec);
    const { supervisor, task } = identities(ground, spec);
    process.kill(supervisor.pid, "SIGKILL");
    await waitFor(async () => (isAlive(supervisor) ? undefined : true));
    const platform = ground.open();
    const reports = listen(platform);
    await platform.adopt([spec]);
    expect((await reports.ended(spec.id)).evidence).toMatchObject({ gone: expect.any(String) as string });
    expect(isAlive(task)).toBe(false);
  });

  it("remembers why it ended an attempt when another instance sees the end", async () => {
    const ground = await makeGround();
    const first = ground.openWith({ graceMs: 300 });
    const firstReports = listen(first);
    const spec = pythonSpec(ground, "ignore_term");
    await first.start(spec);
    await firstReports.wait(spec.id, "running");
    await waitFor(async () => (await textsOf(first.logs(spec.id))).includes("deaf") || undefined);
    await first.cancel(spec.id, { graceMs: 60_000, why: "timeout" });
    await first.close();
    const second = ground.open();
    const reports = listen(second);
    await second.adopt([spec]);
    expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: false, endedByUs: "timeout" });
  });

  it("stores outputs once more when it died between storing and telling", async () => {
    const ground = await makeGround();
    const platform = ground.open();
    const reports = listen(platform);
    const spec = modelSpec(ground);
    await platform.start(spec);
    await letGoOn(platform, spec);
    await waitFor(async () => existsSync(attemptFolder(ground.flotilla, spec.id).exit) || undefined);
    await platform.close();
    const other = ground.open();
    const otherReports = listen(other);
    await other.adopt([spec]);
    expect((await otherReports.ended(spec.id)).outputs["model"]).toMatchObject({ artifact: { bytes: 5 } });
    expect(reports.all.filter(({ type }) => type === "ended").length).toBeLessThanOrEqual(1);
  });

  it("does not take a record that cannot be read for a success", async () => {
    const ground = await makeGround();
    const spec = pythonSpec(ground, "sleep");
    await ground.startAndDie(spec);
    writeFileSync(attemptFolder(ground.flotilla, spec.id).exit, '{"completed": tru');
    const { supervisor } = identities(ground, spec);
    const platform = ground.open();
    const reports = listen(platform);
    await platform.adopt([spec]);
    expect((await reports.ended(spec.id)).evidence).toMatchObject({
      completed: false,
      fault: expect.stringContaining("exit.json") as string,
    });
    process.kill(supervisor.pid, "SIGTERM");
  });

  it("says what an interpreter printed that does not run the runner", async () => {
    const ground = await makeGround();
    const platform = ground.openWith({ parents: { backoffMs: [0] } });
    const reports = listen(platform);
    const spec = pythonSpec(ground, "sleep", { python: "ls" });
    await platform.start(spec);
    expect((await reports.ended(spec.id)).evidence).toMatchObject({
      config: {
        code: "TASK_CONFIG",
        message: expect.stringMatching(/ls.*does not run the Flotilla runner.*exit code 2/s) as string,
      },
    });
  });

  it("ends a warm parent that has nothing to do, and starts another when there is", async () => {
    const ground = await makeGround();
    const platform = ground.openWith({ parents: { idleMs: 200 } });
    const reports = listen(platform);
    const first = pythonSpec(ground, "nothing");
    await platform.start(first);
    await reports.ended(first.id);
    await waitFor(async () => (parentsOf(ground).length === 0 ? true : undefined));
    const second = pythonSpec(ground, "nothing");
    await platform.start(second);
    expect((await reports.ended(second.id)).evidence).toMatchObject({ completed: true });
  });

  it("gives numeric libraries as many threads as the step asked for cores", async () => {
    const ground = await makeGround();
    const platform = ground.open();
    const reports = listen(platform);
    const spec = {
      ...pythonSpec(ground, "threads", { outputs: { threads: { type: "string" } } }),
      resources: { cpu: 1.5 },
    } as const;
    await platform.start(spec);
    expect((await reports.ended(spec.id)).outputs).toEqual({ threads: { value: "2" } });
  });

  it("runs a node step in the same manner", async () => {
    const ground = await makeGround();
    const platform = ground.open();
    const reports = listen(platform);
    const python = pythonSpec(ground, "nothing", {
      inputs: { n: { value: 20 } },
      outputs: { half: { type: "number" } },
    });
    const spec: AttemptSpec = { ...python, work: { type: "node", module: "contract-tasks.ts", function: "half" } };
    await platform.start(spec);
    expect(await reports.ended(spec.id)).toMatchObject({
      evidence: { completed: true },
      outputs: { half: { value: 10 } },
    });
  });

  it("takes values from the file that a command may write", async () => {
    const ground = await makeGround();
    const platform = ground.open();
    const reports = listen(platform);
    const script = "import json, os; json.dump({'auc': 0.5}, open(os.environ['FLOTILLA_VALUES'], 'w'))";
    const spec = shellSpec(ground, ["python3", "-c", script], { outputs: { auc: { type: "number" } } });
    await platform.start(spec);
    expect(await reports.ended(spec.id)).toMatchObject({
      evidence: { completed: true },
      outputs: { auc: { value: 0.5 } },
    });
  });

  it("builds an environment in which a Python step then runs", { timeout: 120_000 }, async () => {
    const ground = await makeGround();
    const platform = ground.open();
    const reports = listen(platform);
    writeFileSync(join(ground.flotilla, "..", "requirements.txt"), "# nothing\n");
    const environment = {
      type: "venv",
      python: "python3",
      source: "requirements",
      path: "requirements.txt",
      hash: "abc",
    } as const;
    const build: AttemptSpec = {
      ...pythonSpec(ground, "nothing"),
      work: { type: "environment", environment },
      code: undefined,
    };
    await platform.start(build);
    const built = await waitFor(
      async () => reports.all.find((report) => report.attempt === build.id && report.type === "ended"),
      undefined,
      100_000,
    );
    expect(built).toMatchObject({ evidence: { completed: true } });
    const spec: AttemptSpec = {
      ...pythonSpec(ground, "prefix", { outputs: { prefix: { type: "string" } } }),
      work: { type: "python", module: "contract_tasks", function: "prefix", environment },
    };
    await platform.start(spec);
    expect((await reports.ended(spec.id)).outputs).toEqual({
      prefix: { value: join(ground.flotilla, "environments", "abc") },
    });
  });
});
