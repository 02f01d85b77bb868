import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FakeApiServer, fail } from "../../../test/helpers/fake-api-server.ts";
import { FakePodTasks } from "../../../test/helpers/fake-pod-tasks.ts";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import type { AttemptId } from "../../core/ids.ts";
import { classify } from "../../core/classify.ts";
import type { PodOverrides } from "../../core/pod-overrides.ts";
import { listen, waitFor } from "../platform-contract.ts";
import type { Report } from "../platform.ts";
import { makeSpec } from "../test-spec.ts";
import { KubeClient } from "./kube-client.ts";
import { KubernetesPlatform } from "./kubernetes-platform.ts";
import type { KubernetesPlatformOptions } from "./kubernetes-platform.ts";
import type { PodStatus } from "./pod.ts";

interface Ground {
  /** The project's `.flotilla`. */
  readonly directory: string;
  readonly server: FakeApiServer;
  readonly tasks: FakePodTasks;
  readonly platform: KubernetesPlatform;
  readonly reports: ReturnType<typeof listen>;
  /** Another process on the same folder. */
  readonly another: (options?: Partial<KubernetesPlatformOptions>) => Ground;
}

async function begin(options: Partial<KubernetesPlatformOptions> = {}): Promise<Ground> {
  return open(await FakeApiServer.start(), temporaryFolder(), options);
}

function open(server: FakeApiServer, directory: string, options: Partial<KubernetesPlatformOptions>): Ground {
  const tasks = new FakePodTasks();
  const client = new KubeClient(server.access(), { firstWaitMs: 1, requestsPerSecond: 1000, patienceMs: 500 });
  const platform = new KubernetesPlatform({
    client,
    directory,
    taskApi: tasks,
    image: "python:3.12",
    lookEveryMs: 10,
    unheardMs: 50,
    createAgainMs: 10,
    watch: { firstWaitMs: 1 },
    ...options,
  });
  const reports = listen(platform);
  return {
    directory,
    server,
    tasks,
    platform,
    reports,
    another: (more = {}) => open(server, directory, { ...options, ...more }),
  };
}

const running: PodStatus = {
  phase: "Running",
  containerStatuses: [{ name: "task", state: { running: { startedAt: "2026-01-01T00:00:00Z" } } }],
};
const ended = (exitCode: number, reason = "Error"): PodStatus => ({
  phase: exitCode === 0 ? "Succeeded" : "Failed",
  containerStatuses: [
    {
      name: "task",
      state: {
        terminated: { exitCode, reason, startedAt: "2026-01-01T00:00:00Z", finishedAt: "2026-01-01T00:00:05Z" },
      },
    },
  ],
});
const waits = (reason: string, message: string): PodStatus => ({
  phase: "Pending",
  containerStatuses: [{ name: "task", state: { waiting: { reason, message } } }],
});

const typesOf = (reports: readonly Report[]): string[] => reports.map(({ type }) => type);
const isGone = (server: FakeApiServer, id: AttemptId): Promise<unknown> =>
  waitFor(
    async () => (server.pod(id) === undefined ? true : undefined),
    () => `the pod ${id} to be gone`,
  );
const isDeleted = (server: FakeApiServer, id: AttemptId): Promise<unknown> =>
  waitFor(
    async () => server.pod(id)?.metadata.deletionTimestamp,
    () => `the deletion of ${id}`,
  );
const waitsFor = (reports: readonly Report[], text: RegExp): Promise<unknown> =>
  waitFor(
    async () =>
      reports.find(
        (report) => report.type === "submitted" && text.test(JSON.stringify(report.handle["waitsFor"] ?? "")),
      ),
    () => `${text} among ${JSON.stringify(reports)}`,
  );

describe("an attempt in a pod", () => {
  it("runs, hands in, ends, is accounted for and leaves nothing behind, for three requests", async () => {
    const { server, tasks, platform, reports } = await begin();
    const spec = makeSpec();
    await platform.start(spec);
    expect(server.pod(spec.id)?.spec?.containers[0]).toMatchObject({
      image: "python:3.12",
      command: ["python3", "-c", "pass"],
    });
    server.become(spec.id, running);
    await reports.wait(spec.id, "running");
    tasks.handIn(spec.id);
    server.become(spec.id, ended(0, "Completed"));
    const end = await reports.ended(spec.id);
    expect(end).toMatchObject({
      evidence: { completed: true, exitCode: 0, host: "node-1" },
      outputs: { n: { value: 1 } },
    });
    await isGone(server, spec.id);
    expect(typesOf(reports.all)).toEqual(["submitted", "running", "ended"]);
    expect(tasks.revoked).toEqual([spec.id]);
    expect(server.requests.filter(({ path }) => path.endsWith("pods") === false).map(({ method }) => method)).toEqual([
      "DELETE",
      "PATCH",
    ]);
    expect(server.count("POST")).toBe(1);
  });

  it("runs when its runner says that the task begins, and until then says that it has not been heard of", async () => {
    const { server, tasks, platform, reports } = await begin();
    tasks.address = "http://engine.example:7200";
    const spec = makeSpec();
    await platform.start(spec);
    server.become(spec.id, running);
    await waitsFor(reports.all, /its pod runs, and has not reached the engine at http:\/\/engine.example:7200/);
    expect(typesOf(reports.all)).not.toContain("running");
    tasks.report({ type: "running", attempt: spec.id, at: 1234, handle: {} });
    expect(await reports.wait(spec.id, "running")).toMatchObject({ at: 1234, handle: { pod: spec.id } });
  });

  it("that ends before anybody saw it run is told to have run", async () => {
    const { server, platform, reports } = await begin();
    const spec = makeSpec();
    await platform.start(spec);
    server.become(spec.id, ended(3));
    expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: false, exitCode: 3 });
    expect(typesOf(reports.all)).toEqual(["submitted", "running", "ended"]);
  });

  it("that ends while there is no room to write that down is told, and its pod let go when there is", async () => {
    const { server, platform, reports, directory } = await begin();
    // Nothing can be written there, not by root either.
    const attempts = join(directory, "attempts");
    writeFileSync(attempts, "");
    const spec = makeSpec();
    await platform.start(spec);
    server.become(spec.id, ended(3));
    expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: false, exitCode: 3 });
    expect(typesOf(reports.all)).toEqual(["submitted", "running", "ended"]);
    expect(server.pod(spec.id)?.metadata.finalizers).toEqual(["flotilla.dev/accounted"]);
    expect(server.count("DELETE")).toBe(0);
    rmSync(attempts);
    await isGone(server, spec.id);
  });

  it("runs in the image of its step; without any it cannot", async () => {
    const { server, platform, reports } = await begin({ image: undefined as never });
    const [named, unnamed] = [makeSpec({ image: "own:1" }), makeSpec()];
    await platform.start(named);
    expect(server.pod(named.id)?.spec?.containers[0]?.image).toBe("own:1");
    await platform.start(unnamed);
    expect((await reports.ended(unnamed.id)).evidence.config).toMatchObject({
      message: expect.stringContaining("names no image"),
    });
  });

  it("has one pod when the answer to its creation is lost", async () => {
    const { server, platform, reports } = await begin();
    let lost = 0;
    server.intercept = ({ method }, response) => {
      if (method !== "POST" || lost++ > 0) return false;
      response.destroy();
      return false;
    };
    const spec = makeSpec();
    await platform.start(spec);
    expect(server.count("POST")).toBe(2);
    expect(server.pods).toHaveLength(1);
    server.become(spec.id, ended(3));
    expect((await reports.ended(spec.id)).evidence.exitCode).toBe(3);
  });

  it("has one pod when two engines begin it, and both hear of its end", async () => {
    const first = await begin();
    const second = first.another();
    const spec = makeSpec();
    await Promise.all([first.platform.start(spec), second.platform.start(spec)]);
    expect(first.server.pods).toHaveLength(1);
    first.server.become(spec.id, ended(3));
    expect((await first.reports.ended(spec.id)).evidence.exitCode).toBe(3);
    expect((await second.reports.ended(spec.id)).evidence.exitCode).toBe(3);
  });

  it("does not take a foreign pod of its name for its own, and leaves it alone", async () => {
    const { server, platform, reports } = await begin();
    const spec = makeSpec();
    server.put({ metadata: { name: spec.id, labels: { app: "other" } }, status: { phase: "Running" } });
    await platform.start(spec);
    expect((await reports.ended(spec.id)).evidence.config).toMatchObject({
      message: expect.stringContaining("is not ours"),
    });
    await platform.close();
    expect(server.pod(spec.id)?.metadata.deletionTimestamp).toBeUndefined();
    expect(server.count("DELETE")).toBe(0);
  });

  it("deleted by somebody is over only when its pod is", async () => {
    const { server, platform, reports } = await begin();
    const spec = makeSpec();
    await platform.start(spec);
    server.become(spec.id, running);
    await reports.wait(spec.id, "running");
    server.delete(spec.id);
    server.put(server.pod(spec.id)!);
    expect(typesOf(reports.all)).toEqual(["submitted", "running"]);
    server.become(spec.id, ended(137));
    expect((await reports.ended(spec.id)).evidence.gone).toContain("deleted by somebody");
    await isGone(server, spec.id);
  });

  it("whose pod is taken away by force is gone", async () => {
    const { server, platform, reports } = await begin();
    const spec = makeSpec();
    await platform.start(spec);
    server.become(spec.id, running);
    await reports.wait(spec.id, "running");
    server.drop(spec.id);
    expect((await reports.ended(spec.id)).evidence.gone).toContain("by force");
  });

  it("whose pod came and went unseen is found by the regular list", async () => {
    const { server, platform, reports } = await begin({ watch: { reconcileMs: 50, firstWaitMs: 1 } });
    const spec = makeSpec();
    server.intercept = ({ query }) => query.get("watch") === "true";
    await platform.start(spec);
    server.drop(spec.id);
    server.intercept = undefined;
    expect((await reports.ended(spec.id)).evidence.gone).toContain("by force");
  });

  it("goes on while the API server is away", async () => {
    const { server, platform, reports } = await begin();
    const spec = makeSpec();
    await platform.start(spec);
    server.become(spec.id, running);
    await reports.wait(spec.id, "running");
    server.intercept = (_seen, response) => {
      response.destroy();
      return true;
    };
    server.cutWatches();
    const late = makeSpec();
    await platform.start(late);
    await waitsFor(reports.all, /does not answer/);
    server.intercept = undefined;
    server.become(spec.id, ended(3));
    expect((await reports.ended(spec.id)).evidence.exitCode).toBe(3);
    await waitFor(
      async () => server.pod(late.id),
      () => "the pod of the attempt that was begun meanwhile",
    );
  });

  it("passes on progress and the log", async () => {
    const { tasks, platform, reports } = await begin();
    const spec = makeSpec();
    await platform.start(spec);
    tasks.report({ type: "progress", attempt: spec.id, progress: { fraction: 0.5 } });
    expect(await reports.wait(spec.id, "progress")).toMatchObject({ progress: { fraction: 0.5 } });
    for await (const { text } of platform.logs(spec.id)) expect(text).toBe("from the task");
  });
});

describe("an attempt that waits", () => {
  it("tells for what, and is no failure", async () => {
    const { server, platform, reports } = await begin();
    const spec = makeSpec();
    await platform.start(spec);
    const message = "0/12 nodes are available: 12 Insufficient nvidia.com/gpu.";
    server.become(
      spec.id,
      { phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }] },
      undefined,
    );
    await waitsFor(reports.all, /0\/12 nodes are available/);
    server.become(spec.id, running);
    await reports.wait(spec.id, "running");
    expect(typesOf(reports.all)).toEqual(["submitted", "submitted", "running"]);
  });

  it("for an image that does not exist ends in time as a fault of the description", async () => {
    const { server, platform, reports } = await begin({ hopelessMs: 30 });
    const spec = makeSpec();
    await platform.start(spec);
    server.become(spec.id, waits("ErrImagePull", 'failed to resolve reference "python:3.12": not found'));
    await isDeleted(server, spec.id);
    server.become(spec.id, { phase: "Failed" });
    expect((await reports.ended(spec.id)).evidence.config).toMatchObject({
      code: "TASK_CONFIG",
      message: expect.stringContaining("not found"),
    });
    await isGone(server, spec.id);
  });

  it("for a registry that is down waits until its time to begin is up", async () => {
    const { server, platform, reports } = await begin({ hopelessMs: 0, startWithinMs: 60 });
    const spec = makeSpec();
    await platform.start(spec);
    server.become(spec.id, waits("ErrImagePull", "dial tcp: lookup registry: no such host"));
    await isDeleted(server, spec.id);
    server.become(spec.id, { phase: "Failed" });
    expect((await reports.ended(spec.id)).evidence).toMatchObject({ noRoom: expect.stringContaining("no such host") });
  });

  it("and begins just as it is taken away counts as what it becomes", async () => {
    const { server, tasks, platform, reports } = await begin({ startWithinMs: 100 });
    const spec = makeSpec();
    await platform.start(spec);
    server.become(spec.id, { phase: "Pending" });
    await isDeleted(server, spec.id);
    tasks.handIn(spec.id);
    server.become(spec.id, ended(0, "Completed"));
    expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: true });
  });

  it("for a quota asks again until there is room", async () => {
    const { server, platform, reports } = await begin();
    let refusals = 0;
    const message = "exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1";
    server.intercept = ({ method }, response) => {
      if (method !== "POST" || refusals++ >= 3) return false;
      fail(response, 403, "Forbidden", message);
      return true;
    };
    const spec = makeSpec();
    await platform.start(spec);
    await waitsFor(reports.all, /quota of its namespace is used up/);
    await waitFor(async () => server.pod(spec.id));
    expect(reports.all.filter(({ type }) => type === "ended")).toEqual([]);
  });

  it.each([
    ["a right that is missing", 403, "pods is forbidden", /does not let us/],
    ["a namespace that is missing", 404, 'namespaces "team" not found', /namespace does not exist/],
    ["a quota of zero", 403, "exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0", /in all/],
  ])("in vain, for %s, ends at once", async (_title, status, message, why) => {
    const { server, platform, reports } = await begin();
    server.intercept = ({ method }, response) => {
      if (method === "POST") fail(response, status, "Refused", message);
      return method === "POST";
    };
    const spec = makeSpec();
    await platform.start(spec);
    expect((await reports.ended(spec.id)).evidence.config?.message).toMatch(why);
  });

  it("for credentials that are refused ends in time", async () => {
    const { server, platform, reports } = await begin({ hopelessMs: 50 });
    server.intercept = (_seen, response) => {
      fail(response, 401, "Unauthorized");
      return true;
    };
    const spec = makeSpec();
    await platform.start(spec);
    expect((await reports.ended(spec.id)).evidence.config?.message).toContain("does not know us");
  });
});

describe("an attempt whose node does not answer", () => {
  it("goes on, and says so until its node is back", async () => {
    const { server, platform, reports } = await begin();
    const spec = makeSpec();
    await platform.start(spec);
    const ready = (status: string, reason?: string): PodStatus => ({
      ...running,
      conditions: [{ type: "Ready", status, ...(reason === undefined ? {} : { reason }) }],
    });
    const messages = (): unknown[] =>
      reports.all.flatMap((report) => (report.type === "progress" ? [report.progress.message] : []));
    server.become(spec.id, ready("True"));
    await reports.wait(spec.id, "running");
    server.become(spec.id, ready("False"));
    const away = expect.stringMatching(
      /^its node node-1 does not answer; .* or is deleted from the cluster$/,
    ) as string;
    await waitFor(async () => messages().length === 1 || undefined);
    server.become(spec.id, ready("True"));
    await waitFor(async () => messages().length === 2 || undefined);
    expect(messages()).toEqual([away, "its node answers again"]);
    // So a kubelet tells of a container that is being ended.
    server.become(spec.id, ready("False", "ContainersNotReady"));
    server.become(spec.id, ended(3));
    await reports.ended(spec.id);
    expect(messages()).toHaveLength(2);
  });
});

describe("an attempt that falls silent", () => {
  it("is ended for it, and that is told, not what ending it did", async () => {
    const { server, tasks, platform, reports } = await begin({ idleMs: 40 });
    const spec = makeSpec();
    await platform.start(spec);
    tasks.heard = performance.now();
    server.become(spec.id, running);
    await reports.wait(spec.id, "running");
    await isDeleted(server, spec.id);
    tasks.handIn(spec.id, { completed: false, exitCode: 143, error: { type: "SystemExit", message: "asked to" } });
    server.become(spec.id, ended(143));
    const { evidence } = await reports.ended(spec.id);
    expect(classify(evidence)).toEqual({ type: "failed", class: "disrupted" });
    expect(evidence.gone).toMatch(/nothing was heard of it for 40 ms.*on node node-1/);
  });

  it("has succeeded all the same if its last word was that it has", async () => {
    const { server, tasks, platform, reports } = await begin({ idleMs: 40 });
    const spec = makeSpec();
    await platform.start(spec);
    server.become(spec.id, running);
    await reports.wait(spec.id, "running");
    await isDeleted(server, spec.id);
    tasks.handIn(spec.id);
    server.become(spec.id, ended(0, "Completed"));
    expect(classify((await reports.ended(spec.id)).evidence)).toEqual({ type: "succeeded" });
  });

  it("is left alone while it is heard, and for ever where nobody says how long is too long", async () => {
    const talking = await begin({ idleMs: 3_600_000 });
    const silent = await begin();
    for (const { server, platform, reports } of [talking, silent]) {
      const spec = makeSpec();
      await platform.start(spec);
      server.become(spec.id, running);
      await reports.wait(spec.id, "running");
      server.become(spec.id, ended(3));
      await reports.ended(spec.id);
      expect(server.requests.filter(({ method }) => method === "DELETE").length).toBeLessThanOrEqual(1);
    }
  });
});

describe("cancelling", () => {
  const cancel = { graceMs: 2500, why: "cancel" } as const;

  it("deletes the pod with its grace, and is done when the pod is over", async () => {
    const { server, platform, reports } = await begin();
    const spec = makeSpec();
    await platform.start(spec);
    server.become(spec.id, running);
    await reports.wait(spec.id, "running");
    await Promise.all([platform.cancel(spec.id, cancel), platform.cancel(spec.id, cancel)]);
    await isDeleted(server, spec.id);
    expect(typesOf(reports.all)).toEqual(["submitted", "running"]);
    server.become(spec.id, ended(143));
    expect((await reports.ended(spec.id)).evidence).toMatchObject({ endedByUs: "cancel", signal: "SIGTERM" });
    expect(server.count("DELETE")).toBe(1);
    await isGone(server, spec.id);
  });

  it("of an attempt whose pod is just being created ends it", async () => {
    const { server, platform, reports } = await begin();
    const spec = makeSpec();
    const starting = platform.start(spec);
    await platform.cancel(spec.id, cancel);
    await starting;
    expect((await reports.ended(spec.id)).evidence).toMatchObject({ endedByUs: "cancel" });
    await isGone(server, spec.id);
  });

  it("of an attempt that waits for a quota ends it at once", async () => {
    const { server, platform, reports } = await begin({ createAgainMs: 100_000 });
    server.intercept = ({ method }, response) => {
      if (method === "POST")
        fail(response, 403, "Forbidden", "exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1");
      return method === "POST";
    };
    const spec = makeSpec();
    await platform.start(spec);
    await platform.cancel(spec.id, cancel);
    expect((await reports.ended(spec.id)).evidence).toMatchObject({
      endedByUs: "cancel",
      neverStarted: expect.any(String),
    });
  });

  it("withdraws only what has no node yet", async () => {
    const { server, platform, reports } = await begin();
    const [waiting, begun] = [makeSpec(), makeSpec()];
    await Promise.all([platform.start(waiting), platform.start(begun)]);
    server.become(begun.id, running);
    await reports.wait(begun.id, "running");
    for (const { id } of [waiting, begun]) await platform.cancel(id, { graceMs: 0, why: "withdraw" });
    expect((await reports.ended(waiting.id)).evidence).toEqual({ completed: false, neverStarted: expect.any(String) });
    await isGone(server, waiting.id);
    expect(server.pod(begun.id)?.metadata.deletionTimestamp).toBeUndefined();
  });

  it("of one that nobody has seen proves that it never begins", async () => {
    const { server, platform, reports } = await begin();
    const spec = makeSpec();
    await platform.cancel(spec.id, cancel);
    expect((await reports.ended(spec.id)).evidence).toMatchObject({
      endedByUs: "cancel",
      neverStarted: expect.any(String),
    });
    await platform.start(spec);
    expect(reports.all.filter(({ type }) => type === "ended")).toHaveLength(2);
    expect(server.pods).toEqual([]);
  });
});

describe("another engine", () => {
  it("finds what runs, and hears what is handed in to it", async () => {
    const first = await begin();
    const spec = makeSpec();
    await first.platform.start(spec);
    first.server.become(spec.id, running);
    await first.reports.wait(spec.id, "running");
    await first.platform.close();
    const second = first.another();
    await second.platform.adopt([spec]);
    await second.reports.wait(spec.id, "running");
    second.tasks.handIn(spec.id);
    second.server.become(spec.id, ended(0, "Completed"));
    expect((await second.reports.ended(spec.id)).evidence.completed).toBe(true);
    expect(second.tasks.admitted).toEqual([spec.id]);
    await isGone(second.server, spec.id);
  });

  it("finds the end of a pod that was deleted while nobody looked: the finalizer kept it", async () => {
    const first = await begin();
    const spec = makeSpec();
    await first.platform.start(spec);
    await first.platform.close();
    first.server.become(spec.id, ended(3));
    first.server.delete(spec.id);
    const second = first.another();
    await second.platform.adopt([spec]);
    expect((await second.reports.ended(spec.id)).evidence.exitCode).toBe(3);
    await isGone(second.server, spec.id);
  });

  it("tells again what was accounted for, and lets go of the pod that was left", async () => {
    const first = await begin();
    const spec = makeSpec();
    await first.platform.start(spec);
    first.server.intercept = ({ method }, response) => {
      if (method === "DELETE") response.destroy();
      return method === "DELETE";
    };
    first.server.become(spec.id, ended(3));
    const end = await first.reports.ended(spec.id);
    await first.platform.close();
    first.server.intercept = undefined;
    const second = first.another();
    await second.platform.adopt([spec, makeSpec()]);
    expect(await second.reports.ended(spec.id)).toEqual(end);
    await isGone(second.server, spec.id);
  });

  it("tells one that never began from one that began and is gone", async () => {
    const first = await begin();
    const [never, begun] = [makeSpec(), makeSpec()];
    await first.platform.start(begun);
    first.server.become(begun.id, running);
    await first.reports.wait(begun.id, "running");
    await first.platform.close();
    first.server.drop(begun.id);
    const second = first.another();
    await second.platform.adopt([never, begun]);
    expect((await second.reports.ended(never.id)).evidence).toMatchObject({ neverStarted: expect.any(String) });
    expect((await second.reports.ended(begun.id)).evidence).toMatchObject({ gone: expect.any(String) });
  });

  it("lists what is ours in the namespace, and nothing else", async () => {
    const { server, platform } = await begin();
    const spec = makeSpec();
    server.put({ metadata: { name: "foreign", labels: { "app.kubernetes.io/managed-by": "flotilla" } } });
    await platform.start(spec);
    await waitFor(async () => ((await platform.list()).includes(spec.id) ? true : undefined));
    expect(await platform.list()).toEqual([spec.id]);
  });
});

it("refuses overrides that are not allowed, also where they did not come through a planner", async () => {
  const { server, platform, reports } = await begin();
  const spec = makeSpec({ kubernetes: { overrides: { hostNetwork: true } as PodOverrides } });
  await platform.start(spec);
  expect((await reports.ended(spec.id)).evidence.config?.message).toMatch(/hostNetwork is refused/);
  expect(server.count("POST")).toBe(0);
});

it("promises as many places as its profile says", async () => {
  expect((await begin({ slots: 7 })).platform.capacity()).toEqual({ slots: 7 });
  expect((await begin()).platform.capacity()).toEqual({});
});
