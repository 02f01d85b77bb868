import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { processGrounds } from "../../../test/helpers/process-ground.ts";
import type { ProcessGround } from "../../../test/helpers/process-ground.ts";
import type { ProcessPlatform } from "../../../test/helpers/process-platform.ts";
import { attemptFolder } from "../local/attempt-folder.ts";
import { letGoOn, listen, pythonSpec, shellSpec, textsOf, waitFor } from "../platform-contract.ts";
import type { AttemptSpec } from "../platform.ts";

const makeGround = processGrounds();
const megabyte = 1024 ** 2;

interface Begun {
  readonly ground: ProcessGround;
  readonly platform: ProcessPlatform;
  readonly reports: ReturnType<typeof listen>;
}

async function begin(): Promise<Begun> {
  const ground = await makeGround();
  const platform = ground.open();
  return { ground, platform, reports: listen(platform) };
}

/** Writes an output of so many bytes that no two pieces of are alike. */
function writes(ground: ProcessGround, bytes: number): AttemptSpec {
  const script = `import os, sys, random; open(sys.argv[1], "wb").write(random.Random(1).randbytes(${bytes}))`;
  return shellSpec(ground, ["python3", "-c", script, { ref: "output", name: "out" }], {
    outputs: { out: { type: "file", path: "out" } },
  });
}

function digestIn(outputs: object): string {
  return (outputs as { out: { artifact: { digest: string } } }).out.artifact.digest;
}

describe("what passes between a task and us", { timeout: 60_000 }, () => {
  it("goes on where a connection broke in the middle of an output", async () => {
    const { ground, platform, reports } = await begin();
    const cut = ground.door.cutAfter(12 * megabyte, "in");
    const spec = writes(ground, 32 * megabyte);
    await platform.start(spec);
    await cut;
    const { evidence, outputs } = await reports.ended(spec.id);
    expect(evidence).toMatchObject({ completed: true });
    const digest = digestIn(outputs);
    expect(await ground.artifacts.verify(digest as never)).toBe("ok");
    expect(outputs["out"]).toMatchObject({ artifact: { bytes: 32 * megabyte } });
    // What had come before is not sent a second time, but for what was on its way.
    expect(ground.door.passed.in).toBeLessThan(40 * megabyte);
    expect(existsSync(join(attemptFolder(ground.flotilla, spec.id).root, "uploads"))).toBe(false);
  });

  it("goes on where a connection broke in the middle of an input", async () => {
    const { ground, platform, reports } = await begin();
    const content = randomBytes(32 * megabyte);
    const { digest, bytes } = await ground.artifacts.put(content);
    const cut = ground.door.cutAfter(12 * megabyte, "out");
    const spec = shellSpec(
      ground,
      [
        "python3",
        "-c",
        "import sys, shutil; shutil.copy(sys.argv[1], sys.argv[2])",
        { ref: "input", name: "data" },
        { ref: "output", name: "out" },
      ],
      {
        inputs: { data: { artifact: { type: "file", digest, bytes, name: "data" } } },
        outputs: { out: { type: "file", path: "out" } },
      },
    );
    await platform.start(spec);
    await cut;
    const { outputs } = await reports.ended(spec.id);
    expect(digestIn(outputs)).toBe(digest);
    expect(ground.door.passed.out).toBeLessThan(40 * megabyte);
  });

  it("waits while nobody is there, as does what a task hands in", async () => {
    const { ground, platform, reports } = await begin();
    const spec = pythonSpec(ground, "wait_for_file", { outputs: { model: { type: "file", path: "model.bin" } } });
    await platform.start(spec);
    await waitFor(
      async () => (await textsOf(platform.logs(spec.id))).some((line) => line.startsWith("waiting")) || undefined,
    );
    ground.door.shut(true);
    await letGoOn(platform, spec);
    const before = ground.door.turnedAway();
    await waitFor(async () => ground.door.turnedAway() > before + 4 || undefined);
    expect(reports.all.map(({ type }) => type)).toEqual(["running"]);
    ground.door.shut(false);
    const ended = await reports.ended(spec.id);
    expect(ended).toMatchObject({ evidence: { completed: true }, outputs: { model: { artifact: { bytes: 5 } } } });
    expect(await textsOf(platform.logs(spec.id))).toContain("done");
  });

  it("waits for somebody to be there before the task begins", async () => {
    const { ground, platform, reports } = await begin();
    ground.door.shut(true);
    const spec = shellSpec(ground, ["true"]);
    await platform.start(spec);
    await waitFor(async () => ground.door.turnedAway() > 2 || undefined);
    ground.door.shut(false);
    expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: true });
  });

  it("keeps a log of lines of a megabyte, byte by byte, over broken connections", async () => {
    const { ground, platform, reports } = await begin();
    const lines = 24;
    const script = `import sys\nfor i in range(${lines}): sys.stdout.write(chr(65 + i) * ${megabyte} + "\\n")`;
    const spec = shellSpec(ground, ["python3", "-c", script]);
    const cuts = ground.door.cutAfter(3.5 * megabyte, "in").then(() => ground.door.cutAfter(5.3 * megabyte, "in"));
    await platform.start(spec);
    await cuts;
    expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: true });
    const seen = createHash("sha256");
    for await (const { text, partial } of platform.logs(spec.id)) seen.update(text + (partial ? "" : "\n"));
    const written = createHash("sha256");
    for (let i = 0; i < lines; i++) written.update(`${String.fromCharCode(65 + i).repeat(megabyte)}\n`);
    expect(seen.digest("hex")).toBe(written.digest("hex"));
  });

  it("does not follow an output that is a link out of its folder", async () => {
    const { ground, platform, reports } = await begin();
    const spec = shellSpec(
      ground,
      ["python3", "-c", "import os, sys; os.symlink('/etc/hostname', sys.argv[1])", { ref: "output", name: "out" }],
      {
        outputs: { out: { type: "file", path: "out" } },
      },
    );
    await platform.start(spec);
    const { evidence, outputs } = await reports.ended(spec.id);
    expect(evidence).toMatchObject({
      completed: false,
      error: {
        type: "OUTPUT_INVALID",
        message: expect.stringContaining("leads out of its folder, to /etc/hostname") as string,
      },
    });
    expect(outputs).toEqual({});
  });

  it("hands no token on to the task, and leaves nothing where it ran", async () => {
    const { ground, platform, reports } = await begin();
    const spec = shellSpec(ground, ["python3", "-c", "import os; print(sorted(os.environ), os.getcwd())"]);
    await platform.start(spec);
    await reports.ended(spec.id);
    const [printed] = await textsOf(platform.logs(spec.id));
    expect(printed).toContain("FLOTILLA_TASK'");
    expect(printed).not.toMatch(/FLOTILLA_TOKEN|FLOTILLA_TASK_API/);
    const scratch = printed!.slice(printed!.lastIndexOf(" ") + 1);
    await waitFor(async () => !existsSync(scratch) || undefined);
  });

  it("ends a task whose input cannot be had, in words", async () => {
    const { ground, platform, reports } = await begin();
    const { digest, bytes } = await ground.artifacts.put(Buffer.from("here"));
    const spec = shellSpec(ground, ["true"], {
      inputs: { data: { artifact: { type: "file", digest, bytes, name: "data" } } },
    });
    ground.door.shut(true);
    await platform.start(spec);
    await ground.artifacts.quarantine(digest);
    ground.door.shut(false);
    expect((await reports.ended(spec.id)).evidence).toMatchObject({
      config: { code: "TASK_CONFIG", message: expect.stringContaining(digest) as string },
    });
  });

  it("holds no large output in memory", async () => {
    const { ground, platform, reports } = await begin();
    const spec = (bytes: number): AttemptSpec =>
      shellSpec(ground, ["truncate", "-s", String(bytes), { ref: "output", name: "out" }], {
        outputs: { out: { type: "file", path: "out" } },
      });
    const warm = spec(64 * megabyte);
    await platform.start(warm);
    await reports.ended(warm.id);
    const before = process.memoryUsage().rss;
    let peak = before;
    const looking = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
    onTestFinished(() => clearInterval(looking));
    const large = spec(1024 * megabyte);
    await platform.start(large);
    const ended = await waitFor(
      async () => reports.all.find(({ attempt, type }) => attempt === large.id && type === "ended"),
      undefined,
      50_000,
    );
    expect(ended).toMatchObject({
      evidence: { completed: true },
      outputs: { out: { artifact: { bytes: 1024 * megabyte } } },
    });
    expect((peak - before) / megabyte).toBeLessThan(50);
  });
});
