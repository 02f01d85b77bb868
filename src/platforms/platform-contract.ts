import { readFileSync, writeFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import type { AttemptId, Digest } from "../core/ids.ts";
import type { OutputValue } from "../core/output-value.ts";
import type { ShellWord, Work } from "../core/plan.ts";
import type { AttemptSpec, LogLine, Platform, Report } from "./platform.ts";
import { makeSpec } from "./test-spec.ts";

/** A place where attempts live, and the platforms that look at it. */
export interface PlatformGround {
  readonly artifacts: ArtifactStore;
  /** A snapshot that holds `contract-tasks.py` (as `contract_tasks.py`). */
  readonly code: Digest;
  /** What of an attempt still runs, where processes have numbers of their own, which mean nothing here. */
  readonly leftOf?: (id: AttemptId) => Promise<readonly unknown[]>;
  /** Makes an empty file where tasks see it under this path; absent: on this disk. */
  readonly makeFile?: (path: string) => void;
  /** Within so many milliseconds an attempt begins; 10,000 if absent. */
  readonly beginsWithinMs?: number;
  /** Another instance on the same ground; it is closed when the test is over. */
  readonly open: () => Platform;
  /** Starts an attempt from a process of its own, and kills that with SIGKILL once the attempt reported `running`. */
  readonly startAndDie: (spec: AttemptSpec) => Promise<void>;
}

type Ended = Extract<Report, { type: "ended" }>;
type Reports = {
  readonly all: Report[];
  readonly wait: (id: AttemptId, type: Report["type"]) => Promise<Report>;
  readonly ended: (id: AttemptId) => Promise<Ended>;
};

const deadlineMs = 20_000;

/** What every platform must do. `make` sets up a ground of its own for each test. */
export function platformContract(name: string, make: () => Promise<PlatformGround>): void {
  describe(`platform contract: ${name}`, { timeout: 30_000 }, () => {
    const begin = async (): Promise<{ ground: PlatformGround; platform: Platform; reports: Reports }> => {
      const ground = await make();
      const platform = ground.open();
      return { ground, platform, reports: listen(platform) };
    };
    const cancel = { graceMs: 5000, why: "cancel" } as const;

    it("runs a Python function with its inputs and dimensions, and reports its values", async () => {
      const { ground, platform, reports } = await begin();
      const spec = pythonSpec(ground, "echo", {
        key: { origin: "JFK", month: 7 },
        inputs: { lateMinutes: { value: 15 } },
        outputs: { seen: { type: "json" } },
      });
      await platform.start(spec);
      const ended = await reports.ended(spec.id);
      expect(ended.evidence).toMatchObject({ completed: true, exitCode: 0 });
      expect(ended.outputs).toEqual({ seen: { value: { origin: "JFK", month: 7, late_minutes: 15 } } });
      // One that must find a place first says so; how often, and for what, is its own affair.
      const told = reports.all.filter(({ attempt, type }) => attempt === spec.id && type !== "submitted");
      expect(told.map(({ type }) => type)).toEqual(["running", "ended"]);
    });

    it("gives files and folders to a task and stores those it writes", async () => {
      const { ground, platform, reports } = await begin();
      const { digest, bytes } = await ground.artifacts.put(Buffer.from("some data"));
      const data: OutputValue = { artifact: { type: "file", digest, bytes, name: "data.txt" } };
      const spec = pythonSpec(ground, "copy", {
        inputs: {
          data,
          rows: {
            rows: [
              { key: { origin: "JFK" }, item: data },
              { key: { origin: "LGA" }, item: data },
            ],
          },
        },
        outputs: {
          model: { type: "file", path: "models/model.bin" },
          plots: { type: "folder", path: "plots" },
          none: { type: "file", path: "none", optional: true },
        },
      });
      await platform.start(spec);
      const { evidence, outputs } = await reports.ended(spec.id);
      expect(evidence).toMatchObject({ completed: true });
      expect(outputs["none"]).toEqual({ value: null });
      expect(outputs["model"]).toMatchObject({ artifact: { type: "file", name: "model.bin", bytes: 18 } });
      const text = async (value: Digest): Promise<string> =>
        (await buffer(await ground.artifacts.get(value))).toString();
      expect(await text(artifactOf(outputs["model"]).digest)).toBe("some datasome data");
      const tree = await ground.artifacts.readTree(artifactOf(outputs["plots"]).digest);
      expect(tree.entries.map(({ path }) => path)).toEqual(["JFK.txt", "LGA.txt"]);
    });

    it("runs a command without a shell, whatever is in its arguments", async () => {
      const { ground, platform, reports } = await begin();
      const wild = `a b "c" 'd' $(touch hacked) \`x\` ; rm -rf / \n * -n 😀`;
      const script =
        "import json,os,sys; json.dump({'args': sys.argv[1:], 'env': os.environ['WILD']}, open(sys.argv[1], 'w'))";
      const spec = shellSpec(
        ground,
        [
          "python3",
          "-c",
          script,
          { ref: "output", name: "out" },
          { ref: "input", name: "wild" },
          { ref: "dimension", name: "month" },
        ],
        {
          key: { month: 7 },
          inputs: { wild: { value: wild } },
          outputs: { out: { type: "file", path: "out.json" } },
          env: { WILD: { ref: "input", name: "wild" } },
        },
      );
      await platform.start(spec);
      const { evidence, outputs } = await reports.ended(spec.id);
      expect(evidence).toMatchObject({ completed: true });
      const seen = JSON.parse(
        (await buffer(await ground.artifacts.get(artifactOf(outputs["out"]).digest))).toString(),
      ) as { args: string[]; env: string };
      expect(seen.args.slice(1)).toEqual([wild, "7"]);
      expect(seen.env).toBe(wild);
    });

    it("tells a program that ends with an error, with its exit code", async () => {
      const { ground, platform, reports } = await begin();
      const spec = shellSpec(ground, ["python3", "-c", "raise SystemExit(7)"]);
      await platform.start(spec);
      expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: false, exitCode: 7 });
    });

    it("tells an exception with its type, message and place", async () => {
      const { ground, platform, reports } = await begin();
      const spec = pythonSpec(ground, "fail", { fatalErrors: ["ValueError"] });
      await platform.start(spec);
      const { evidence } = await reports.ended(spec.id);
      expect(evidence).toMatchObject({
        completed: false,
        error: { type: "ValueError", message: "no good", fatal: true },
      });
      expect(evidence.error?.at).toMatch(/^contract_tasks\.py:\d+$/);
    });

    it("tells a process that was killed by a signal", async () => {
      const { ground, platform, reports } = await begin();
      const spec = pythonSpec(ground, "die");
      await platform.start(spec);
      expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: false, signal: "SIGKILL" });
    });

    it.each([
      ["a function that does not exist", "no_such_function"],
      ["arguments that do not fit", "needs"],
    ])("tells %s as a fault of the description", async (_title, name) => {
      const { ground, platform, reports } = await begin();
      const spec = pythonSpec(ground, name);
      await platform.start(spec);
      expect((await reports.ended(spec.id)).evidence).toMatchObject({
        completed: false,
        config: { code: "TASK_CONFIG" },
      });
    });

    it("refuses outputs that are missing, not declared, or lead out", async () => {
      const { ground, platform, reports } = await begin();
      const outputs = { model: { type: "file", path: "model.bin" } } as const;
      const errorOf = async (kind: string): Promise<unknown> => {
        const spec = pythonSpec(ground, "misbehave", { inputs: { kind: { value: kind } }, outputs });
        await platform.start(spec);
        const { evidence } = await reports.ended(spec.id);
        expect(evidence.completed).toBe(false);
        return evidence.error;
      };
      expect(await errorOf("missing")).toMatchObject({
        type: "OUTPUT_MISSING",
        message: expect.stringContaining("model.bin"),
      });
      expect(await errorOf("extra")).toMatchObject({
        type: "OUTPUT_INVALID",
        message: expect.stringContaining('"extra.bin"'),
      });
      expect(await errorOf("link")).toMatchObject({
        type: "OUTPUT_INVALID",
        message: expect.stringContaining("leads out"),
      });
      expect(await errorOf("folder")).toMatchObject({
        type: "OUTPUT_INVALID",
        message: expect.stringContaining("is a folder"),
      });
    });

    it("starts nothing when an attempt is started again, and reports what is known", async () => {
      const { ground, platform, reports } = await begin();
      const spec = shellSpec(ground, ["python3", "-c", "print('once')"]);
      await Promise.all([platform.start(spec), platform.start(spec)]);
      const first = await reports.ended(spec.id);
      reports.all.length = 0;
      await platform.start(spec);
      expect(await reports.ended(spec.id)).toEqual(first);
      const other = ground.open();
      const otherReports = listen(other);
      await other.start(spec);
      expect(await otherReports.ended(spec.id)).toEqual(first);
      expect(await textsOf(other.logs(spec.id))).toEqual(["once"]);
    });

    it("ends a running attempt and all it started", async () => {
      const { ground, platform, reports } = await begin();
      const spec = pythonSpec(ground, "sleep_with_children");
      await platform.start(spec);
      const pids = await waitFor(async () =>
        (await textsOf(platform.logs(spec.id)))
          .find((line) => line.startsWith("pids "))
          ?.slice(5)
          .split(" ")
          .map(Number),
      );
      expect(pids).toHaveLength(3);
      await platform.cancel(spec.id, cancel);
      await platform.cancel(spec.id, cancel);
      expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: false, endedByUs: "cancel" });
      expect(ground.leftOf === undefined ? pids.filter(isRunning) : await ground.leftOf(spec.id)).toEqual([]);
      expect(reports.all.filter(({ type }) => type === "ended")).toHaveLength(1);
    });

    it("kills what does not end when asked, after the grace", async () => {
      const { ground, platform, reports } = await begin();
      const spec = pythonSpec(ground, "ignore_term");
      await platform.start(spec);
      await waitFor(async () => (await textsOf(platform.logs(spec.id))).includes("deaf") || undefined);
      await platform.cancel(spec.id, { graceMs: 300, why: "timeout" });
      expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: false, endedByUs: "timeout" });
    });

    it("does not take a command for done that ends with 0 when it is asked to end", async () => {
      const { ground, platform, reports } = await begin();
      const script =
        "import signal,sys,time\nsignal.signal(15, lambda *a: sys.exit(0))\nprint('ready', flush=True)\ntime.sleep(60)";
      const spec = shellSpec(ground, ["python3", "-c", script]);
      await platform.start(spec);
      await waitFor(async () => (await textsOf(platform.logs(spec.id))).includes("ready") || undefined);
      await platform.cancel(spec.id, cancel);
      expect((await reports.ended(spec.id)).evidence).toMatchObject({
        completed: false,
        exitCode: 0,
        endedByUs: "cancel",
      });
    });

    it("ends an attempt that is cancelled as it starts", async () => {
      const { ground, platform, reports } = await begin();
      const spec = pythonSpec(ground, "sleep");
      const starting = platform.start(spec);
      await platform.cancel(spec.id, cancel);
      await starting;
      expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: false, endedByUs: "cancel" });
    });

    it("answers the cancelling of an attempt it has never seen, and never starts it afterwards", async () => {
      const { ground, platform, reports } = await begin();
      const spec = pythonSpec(ground, "sleep");
      await platform.cancel(spec.id, cancel);
      expect((await reports.ended(spec.id)).evidence).toMatchObject({
        completed: false,
        endedByUs: "cancel",
        neverStarted: expect.any(String),
      });
      reports.all.length = 0;
      await platform.start(spec);
      expect((await reports.ended(spec.id)).evidence).toMatchObject({
        completed: false,
        neverStarted: expect.any(String),
      });
    });

    it("proves of an attempt that was never begun that it never will be", async () => {
      const { ground, platform, reports } = await begin();
      const spec = pythonSpec(ground, "sleep");
      await platform.adopt([spec]);
      expect((await reports.ended(spec.id)).evidence).toMatchObject({
        completed: false,
        neverStarted: expect.any(String),
      });
      reports.all.length = 0;
      await platform.start(spec);
      expect((await reports.ended(spec.id)).evidence).toMatchObject({ neverStarted: expect.any(String) });
    });

    it("lets attempts go on when it is closed, and another instance finds them", async () => {
      const { ground, platform, reports } = await begin();
      const spec = pythonSpec(ground, "wait_for_file", { outputs: { model: { type: "file", path: "model.bin" } } });
      await platform.start(spec);
      await reports.wait(spec.id, "running");
      await platform.close();
      expect(await finishByAnother(ground, spec)).toMatchObject({
        evidence: { completed: true },
        outputs: { model: { artifact: { bytes: 5 } } },
      });
      expect(reports.all.map(({ type }) => type).filter((type) => type !== "submitted")).toEqual(["running"]);
    });

    it("lets attempts go on when its process is killed, and another instance finds them", async () => {
      const ground = await make();
      const spec = pythonSpec(ground, "wait_for_file", { outputs: { model: { type: "file", path: "model.bin" } } });
      await ground.startAndDie(spec);
      expect(await finishByAnother(ground, spec)).toMatchObject({
        evidence: { completed: true },
        outputs: { model: { artifact: { bytes: 5 } } },
      });
    });

    it("finds attempts that ended while nobody looked", async () => {
      const ground = await make();
      const spec = pythonSpec(ground, "wait_for_file", { outputs: { model: { type: "file", path: "model.bin" } } });
      await ground.startAndDie(spec);
      const watcher = ground.open();
      await letGoOn(watcher, spec, ground);
      await waitFor(async () => (await textsOf(watcher.logs(spec.id))).includes("done") || undefined);
      const platform = ground.open();
      const reports = listen(platform);
      await platform.adopt([spec]);
      const ended = await reports.ended(spec.id);
      expect(ended.evidence).toMatchObject({ completed: true });
      expect(artifactOf(ended.outputs["model"]).bytes).toBe(5);
    });

    it("ends an adopted attempt", async () => {
      const ground = await make();
      const spec = pythonSpec(ground, "sleep");
      await ground.startAndDie(spec);
      const platform = ground.open();
      const reports = listen(platform);
      await platform.adopt([spec]);
      await reports.wait(spec.id, "running");
      await platform.cancel(spec.id, cancel);
      expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: false, endedByUs: "cancel" });
    });

    it("shows what an attempt prints while it runs and afterwards, by stream", async () => {
      const { ground, platform, reports } = await begin();
      const spec = pythonSpec(ground, "wait_for_file", { outputs: { model: { type: "file", path: "model.bin" } } });
      expect(await textsOf(platform.logs(spec.id))).toEqual([]);
      await platform.start(spec);
      const first = await waitFor(async () =>
        (await linesOf(platform.logs(spec.id))).find((line) => line.text.startsWith("waiting for ")),
      );
      expect(first).toMatchObject({ stream: "stdout", partial: false });
      await letGoOn(platform, spec, ground);
      await reports.ended(spec.id);
      const lines = await linesOf(platform.logs(spec.id));
      expect(lines.filter(({ stream }) => stream === "stderr").map(({ text }) => text)).toEqual(["to stderr"]);
      expect(await textsOf(platform.logs(spec.id, { tailLines: 1 }))).toEqual(lines.slice(-1).map(({ text }) => text));
      expect(await textsOf(platform.logs(spec.id, { fromByte: first.nextByte! }))).toEqual(
        lines.slice(lines.findIndex(({ text }) => text === first.text) + 1).map(({ text }) => text),
      );
    });

    it("tells a task that writes into its input, and puts the spoilt artifact aside", async () => {
      const { ground, platform, reports } = await begin();
      const { digest, bytes } = await ground.artifacts.put(Buffer.from("do not write here"));
      const spec = pythonSpec(ground, "spoil", {
        inputs: { data: { artifact: { type: "file", digest, bytes, name: "data.txt" } } },
      });
      await platform.start(spec);
      const { evidence } = await reports.ended(spec.id);
      expect(evidence).toMatchObject({
        completed: false,
        error: { type: "INPUT_CHANGED", message: expect.stringContaining("data") },
      });
      expect(await ground.artifacts.verify(digest)).not.toBe("damaged");
    });

    it("does not start a task whose input is missing from the store", async () => {
      const { ground, platform, reports } = await begin();
      const digest = `sha256:${"0".repeat(64)}` as Digest;
      const spec = pythonSpec(ground, "sleep", {
        inputs: { data: { artifact: { type: "file", digest, bytes: 1, name: "data.txt" } } },
      });
      await platform.start(spec);
      expect((await reports.ended(spec.id)).evidence).toMatchObject({
        completed: false,
        config: { code: "BLOB_MISSING", message: expect.stringContaining(digest) },
      });
    });

    it("passes on the progress that a task reports", async () => {
      const { ground, platform, reports } = await begin();
      const spec = pythonSpec(ground, "progress");
      await platform.start(spec);
      expect(await reports.wait(spec.id, "progress")).toMatchObject({
        progress: { fraction: 0.4, message: "epoch 4" },
      });
      await platform.cancel(spec.id, { graceMs: 0, why: "cancel" });
      await reports.ended(spec.id);
    });

    it("ends a Python task whose interpreter is missing at once", async () => {
      const { ground, platform, reports } = await begin();
      const spec = pythonSpec(ground, "sleep", { python: "no-such-python" });
      const before = performance.now();
      await platform.start(spec);
      expect((await reports.ended(spec.id)).evidence).toMatchObject({
        config: { code: "TASK_CONFIG", message: expect.stringContaining("no-such-python") },
      });
      expect(performance.now() - before).toBeLessThan(ground.beginsWithinMs ?? 10_000);
    });
  });
}

/** Adopts an attempt of `wait_for_file`, lets it go on, and gives its end. */
async function finishByAnother(ground: PlatformGround, spec: AttemptSpec): Promise<Ended> {
  const platform = ground.open();
  const reports = listen(platform);
  await platform.adopt([spec]);
  await reports.wait(spec.id, "running");
  await letGoOn(platform, spec, ground);
  return reports.ended(spec.id);
}

/** `wait_for_file` prints the path of a file and goes on once it exists. */
export async function letGoOn(
  platform: Platform,
  spec: AttemptSpec,
  { makeFile = (path) => writeFileSync(path, "") }: Pick<PlatformGround, "makeFile"> = {},
): Promise<void> {
  const path = await waitFor(async () =>
    (await textsOf(platform.logs(spec.id))).find((line) => line.startsWith("waiting for "))?.slice(12),
  );
  makeFile(path);
}

interface SpecParts {
  readonly key?: AttemptSpec["key"];
  readonly inputs?: AttemptSpec["inputs"];
  readonly outputs?: AttemptSpec["outputs"];
  readonly fatalErrors?: readonly string[];
  readonly python?: string;
  readonly env?: { readonly [name: string]: ShellWord };
}

function contractSpec({ code }: PlatformGround, work: Work, parts: SpecParts): AttemptSpec {
  const { key = {}, inputs = {}, outputs = {}, fatalErrors = [] } = parts;
  return makeSpec({ work, key, inputs, outputs, fatalErrors, code });
}

export function pythonSpec(ground: PlatformGround, name: string, parts: SpecParts = {}): AttemptSpec {
  const environment = { type: "interpreter", python: parts.python ?? "python3" } as const;
  return contractSpec(ground, { type: "python", module: "contract_tasks", function: name, environment }, parts);
}

export function shellSpec(ground: PlatformGround, argv: readonly ShellWord[], parts: SpecParts = {}): AttemptSpec {
  return contractSpec(ground, { type: "shell", argv, env: parts.env ?? {} }, parts);
}

export function listen(platform: Platform): Reports {
  const all: Report[] = [];
  platform.onReport((report) => all.push(report));
  onTestFinished(() => platform.close());
  const wait = (id: AttemptId, type: Report["type"]): Promise<Report> =>
    waitFor(
      async () => all.find((report) => report.attempt === id && report.type === type),
      () => `${type} of ${id}; reported: ${JSON.stringify(all)}`,
    );
  return { all, wait, ended: async (id) => (await wait(id, "ended")) as Ended };
}

/** Asks again and again until there is an answer; fails loudly after the deadline. */
export async function waitFor<T>(
  ask: () => Promise<T | undefined>,
  wanted: () => string = () => "an answer",
  atMostMs = deadlineMs,
): Promise<T> {
  for (const end = performance.now() + atMostMs; performance.now() < end;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`waited ${atMostMs} ms for ${wanted()}`);
}

async function linesOf(log: AsyncIterable<LogLine>): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const line of log) lines.push(line);
  return lines;
}

export async function textsOf(log: AsyncIterable<LogLine>): Promise<string[]> {
  return (await linesOf(log)).map(({ text }) => text);
}

function artifactOf(output: OutputValue | undefined): { digest: Digest; bytes: number } {
  if (output && "artifact" in output) return output.artifact;
  throw new Error(`expected an artifact, not ${JSON.stringify(output)}`);
}

/** A zombie has ended, and merely waits to be asked for by its parent. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !stat.slice(stat.lastIndexOf(")")).startsWith(") Z");
  } catch {
    return false;
  }
}
