import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import { projectGrounds } from "../../../test/helpers/project-ground.ts";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import type { AttemptId } from "../../core/ids.ts";
import { waitFor } from "../platform-contract.ts";
import type { AttemptSpec, Report } from "../platform.ts";
import { makeSpec } from "../test-spec.ts";
import { TaskApi } from "./task-api.ts";

const makeProject = projectGrounds();
const limits = { upTo: 10, atMostMs: 600_000, idleMs: 60_000 };

/** A pack whose place is a process of this machine. */
async function openPack(): Promise<{
  taskApi: TaskApi;
  reports: Report[];
  begin: (limited?: Partial<typeof limits>) => ChildProcess;
  give: (...specs: AttemptSpec[]) => Promise<void>;
  ended: (id: AttemptId) => Promise<Extract<Report, { type: "ended" }>>;
  python: (name: string, more?: Partial<AttemptSpec>) => AttemptSpec;
  shell: (script: string) => AttemptSpec;
}> {
  const { flotilla: directory, artifacts, code } = await makeProject();
  const taskApi = new TaskApi({ directory, artifacts });
  await taskApi.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => taskApi.close());
  const reports: Report[] = [];
  const { packing } = taskApi;
  taskApi.onReport((report) => {
    reports.push(report);
    if (report.type === "ended") packing.desk.finished(report.attempt);
  });
  const kind = packing.kindOf("these");
  const name = `pack-${kind}-1`;
  return {
    taskApi,
    reports,
    begin(limited = {}) {
      packing.desk.open(name, kind, { ...limits, ...limited });
      const { command, env } = packing.commandOf(name);
      const process_ = spawn(command[0]!, command.slice(1), {
        cwd: temporaryFolder(),
        env: { ...process.env, ...env },
        stdio: "inherit",
      });
      onTestFinished(() => void process_.kill("SIGKILL"));
      return process_;
    },
    async give(...specs) {
      for (const spec of specs) {
        await taskApi.admit(spec);
        packing.desk.add(kind, spec.id);
      }
    },
    ended: (id) =>
      waitFor(
        async () =>
          reports.find(
            (told): told is Extract<Report, { type: "ended" }> => told.type === "ended" && told.attempt === id,
          ),
        () => `the end of ${id}; reported: ${JSON.stringify(reports)}`,
        60_000,
      ),
    python: (function_, more = {}) => {
      const environment = { type: "interpreter", python: "python3" } as const;
      const work = { type: "python", module: "contract_tasks", function: function_, environment } as const;
      return makeSpec({ work, code, ...more });
    },
    shell: (script) => makeSpec({ work: { type: "shell", argv: ["sh", "-c", script], env: {} }, code }),
  };
}

it(
  "carries out one attempt after the other, each with an end and a log of its own, and leaves when it is sent away",
  { timeout: 90_000 },
  async () => {
    const { taskApi, reports, begin, give, ended, python, shell } = await openPack();
    const echo = python("echo", {
      key: { origin: "JFK", month: 7 },
      inputs: { lateMinutes: { value: 15 } },
      outputs: { seen: { type: "json" } },
    });
    const specs = [echo, shell("echo one; exit 3"), shell("kill -KILL $$"), shell("echo four")];
    await give(...specs);
    const place = begin({ upTo: specs.length });
    const ends = await Promise.all(specs.map(({ id }) => ended(id)));
    expect(ends[0]).toMatchObject({
      evidence: { completed: true },
      outputs: { seen: { value: { late_minutes: 15 } } },
    });
    expect(
      ends.slice(1).map(({ evidence: { completed, exitCode, signal } }) => [completed, exitCode ?? signal]),
    ).toEqual([
      [false, 3],
      [false, "SIGKILL"],
      [true, 0],
    ]);
    const texts: string[] = [];
    for await (const { text } of taskApi.logs(specs[3]!.id)) texts.push(text);
    expect(texts).toEqual(["four"]);
    const begun = reports.flatMap(({ type, attempt }) => (type === "running" ? [attempt] : []));
    expect(begun.toSorted()).toEqual(specs.map(({ id }) => id).toSorted());
    expect(await once(place, "exit")).toEqual([0, null]);
  },
);

it("a cancel ends the one that runs, and the next goes on", async () => {
  const { taskApi, reports, begin, give, ended, shell } = await openPack();
  const [long, next] = [shell("sleep 60"), shell("true")];
  await give(long);
  begin();
  await waitFor(async () => reports.find(({ type }) => type === "running"));
  await give(next);
  taskApi.cancel(long.id, { why: "cancel", graceMs: 5000 });
  expect((await ended(long.id)).evidence).toMatchObject({ endedByUs: "cancel", signal: "SIGTERM" });
  expect((await ended(next.id)).evidence).toMatchObject({ completed: true });
});

it("a place that is asked to end ends what runs, hands it in, and goes", async () => {
  const { reports, begin, give, ended, shell } = await openPack();
  const long = shell("sleep 60");
  await give(long);
  const place = begin();
  await waitFor(async () => reports.find(({ type }) => type === "running"));
  place.kill("SIGTERM");
  expect((await ended(long.id)).evidence.gone).toContain("asked to end by somebody else");
  expect(await once(place, "exit")).toEqual([0, null]);
});

it("its token opens none of its attempts", async () => {
  const { taskApi, begin } = await openPack();
  const place = begin();
  const { env } = taskApi.packing.commandOf(`pack-${taskApi.packing.kindOf("these")}-1`);
  const ask = async (method: string, path: string, token: string): Promise<number> =>
    (await fetch(`${taskApi.address}${path}`, { method, headers: { authorization: `Bearer ${token}` } })).status;
  const token = env["FLOTILLA_TOKEN"]!;
  expect(await ask("GET", "/v1/attempt?scratch=/x", token)).toBe(404);
  expect(await ask("GET", "/v1/runner", token)).toBe(200);
  expect(await ask("POST", "/v1/next?number=x", token)).toBe(404);
  expect(await ask("GET", "/v1/runner", `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`)).toBe(401);
  place.kill("SIGKILL");
});
