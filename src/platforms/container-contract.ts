import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { classify } from "../core/classify.ts";
import type { Digest } from "../core/ids.ts";
import type { OutputValue } from "../core/output-value.ts";
import type { ContainerWork } from "./container-work.ts";
import { listen, type PlatformGround, textsOf, waitFor } from "./platform-contract.ts";
import type { AttemptSpec, Platform } from "./platform.ts";
import { makeSpec } from "./test-spec.ts";

/** A ground whose platform has containers. */
export interface ContainerGround extends PlatformGround {
  /** One static program, which copies its first argument to its second, and nothing else. */
  readonly bareImage: string;
  /** Whether it keeps the two streams of a container apart. */
  readonly knowsStreams: boolean;
}

/** What every platform with containers must do with an image's own entry point. The platform's own image has a shell and Python. */
export function containerContract(name: string, make: () => Promise<ContainerGround>): void {
  describe(`container steps: ${name}`, { timeout: 60_000 }, () => {
    const begin = async (): Promise<{ ground: ContainerGround; platform: Platform; reports: Reports }> => {
      const ground = await make();
      const platform = ground.open();
      return { ground, platform, reports: listen(platform) };
    };
    const endOf = async (reports: Reports, { id }: AttemptSpec) =>
      waitFor(
        async () => reports.all.find((report) => report.type === "ended" && report.attempt === id) as Ended | undefined,
        () => `the end of ${id}; reported: ${JSON.stringify(reports.all)}`,
        40_000,
      );
    const shell = (script: string, parts: Parts = {}): AttemptSpec =>
      ownSpec({ command: ["sh", "-euc"], args: [script] }, parts);
    const textOf = async ({ artifacts }: ContainerGround, digest: Digest): Promise<string> =>
      (await buffer(await artifacts.get(digest))).toString();

    it("gives inputs as files and values, and takes files, folders and values", async () => {
      const { ground, platform, reports } = await begin();
      const data = await fileOf(ground, "some data");
      const script = `
        cat "$DATA" "$FLOTILLA_INPUTS/rows/0/data.txt" > "$FLOTILLA_OUTPUTS/models/model.bin"
        cp "$FLOTILLA_TASK_FILE" "$FLOTILLA_OUTPUTS/plots/task.json"
        echo '{"auc": 0.75, "says": "'"$1"'"}' > "$FLOTILLA_VALUES"
        ! touch "$FLOTILLA_INPUTS/mine"
        touch "$FLOTILLA_WORK/mine"
        echo out; echo err >&2`;
      const spec = ownSpec(
        {
          command: ["sh", "-euc", script, "sh"],
          args: [{ ref: "dimension", name: "origin" }],
          env: { DATA: { ref: "input", name: "data" } },
        },
        {
          key: { origin: "JFK" },
          inputs: { data, lateMinutes: { value: 15 }, rows: { rows: [{ key: { month: 7 }, item: data }] } },
          outputs: {
            model: { type: "file", path: "models/model.bin" },
            plots: { type: "folder", path: "plots" },
            none: { type: "file", optional: true },
            auc: { type: "number" },
            says: { type: "string" },
          },
        },
      );
      await platform.start(spec);
      const { evidence, outputs } = await endOf(reports, spec);
      expect(evidence).toMatchObject({ completed: true, exitCode: 0 });
      expect(evidence.startedAt).toBeLessThanOrEqual(evidence.endedAt!);
      expect(outputs).toMatchObject({ none: { value: null }, auc: { value: 0.75 }, says: { value: "JFK" } });
      expect(await textOf(ground, artifactOf(outputs["model"]).digest)).toBe("some datasome data");
      const { entries } = await ground.artifacts.readTree(artifactOf(outputs["plots"]).digest);
      expect(JSON.parse(await textOf(ground, (entries[0] as { digest: Digest }).digest))).toMatchObject({
        task: spec.task,
        dimensions: { origin: "JFK" },
        inputs: {
          data: { path: "/flotilla/inputs/data/data.txt" },
          lateMinutes: { value: 15 },
          rows: { rows: [{ key: { month: 7 }, path: "/flotilla/inputs/rows/0/data.txt" }] },
        },
        outputs: { model: { type: "file", path: "/flotilla/outputs/models/model.bin" }, auc: { type: "number" } },
      });
      const lines: string[] = [];
      for await (const { stream, text } of platform.logs(spec.id)) lines.push(`${stream} ${text}`);
      // One of them is what `touch` says of a file system that is read-only.
      const err = ground.knowsStreams ? "stderr" : "stdout";
      expect(lines).toEqual(expect.arrayContaining(["stdout out", `${err} err`]));
      expect(lines).toHaveLength(3);
      const told = reports.all.filter(({ type }) => type !== "submitted").map(({ type }) => type);
      expect(told).toEqual(["running", "ended"]);
    });

    it("runs the entry point of an image that has nothing else in it", async () => {
      const { ground, platform, reports } = await begin();
      const copied: Parts = {
        inputs: { data: await fileOf(ground, "bare") },
        outputs: { copy: { type: "file", path: "deep/copy.txt" } },
      };
      const args = [
        { ref: "input", name: "data" },
        { ref: "output", name: "copy" },
      ] as const;
      const spec = { ...ownSpec({ args }, copied), image: ground.bareImage };
      await platform.start(spec);
      const { evidence, outputs } = await endOf(reports, spec);
      expect(evidence).toMatchObject({ completed: true, exitCode: 0 });
      expect(await textOf(ground, artifactOf(outputs["copy"]).digest)).toBe("bare");
    });

    it("hands over words as they are, whatever is in them", async () => {
      const { ground, platform, reports } = await begin();
      const wild = `a b "c" 'd' $(touch hacked) $(FLOTILLA_TASK) $$(HOME) \`x\` ; rm -rf / \n * -n 😀 $`;
      const input = { ref: "input", name: "wild" } as const;
      const script = "import os, sys; open('/flotilla/outputs/seen', 'w').write(sys.argv[1] + os.environ['WILD'])";
      const spec = ownSpec(
        { command: ["python3", "-c", script], args: [input], env: { WILD: input } },
        { inputs: { wild: { value: wild } }, outputs: { seen: { type: "file" } } },
      );
      await platform.start(spec);
      const { outputs } = await endOf(reports, spec);
      expect(await textOf(ground, artifactOf(outputs["seen"]).digest)).toBe(wild + wild);
    });

    it("refuses a word with a NUL in it, which would be cut there", async () => {
      const { platform, reports } = await begin();
      const spec = ownSpec({ args: [{ ref: "input", name: "n" }] }, { inputs: { n: { value: "a\0b" } } });
      await platform.start(spec);
      expect((await endOf(reports, spec)).evidence.config).toMatchObject({
        code: "TASK_CONFIG",
        message: expect.stringContaining("has a NUL in it"),
      });
    });

    it("tells the exit code of a program that fails", async () => {
      const { platform, reports } = await begin();
      const spec = shell("exit 3");
      await platform.start(spec);
      const { evidence } = await endOf(reports, spec);
      expect(evidence).toMatchObject({ completed: false, exitCode: 3 });
      expect(classify(evidence)).toEqual({ type: "failed", class: "user" });
    });

    it("says of a program that the image does not have what is missing", async () => {
      const { ground, platform, reports } = await begin();
      const spec = { ...ownSpec({ command: ["/no/such-program"] }), image: ground.bareImage };
      await platform.start(spec);
      const { evidence } = await endOf(reports, spec);
      expect(evidence.config).toMatchObject({ code: "TASK_CONFIG", message: expect.stringContaining("such-program") });
    });

    it("takes a memory limit that was hit for what it is", async () => {
      const { platform, reports } = await begin();
      const eat = ownSpec({ command: ["python3", "-c"], args: ["x = bytearray(300_000_000); x[:] = x"] });
      const spec = { ...eat, resources: { cpu: 0.2, memoryBytes: 48 * 2 ** 20 } };
      await platform.start(spec);
      const { evidence } = await endOf(reports, spec);
      expect(evidence.outOfMemory).toMatchObject({ limitBytes: 48 * 2 ** 20 });
      expect(classify(evidence)).toEqual({ type: "failed", class: "out_of_memory" });
    });

    it("ends one that ignores SIGTERM when its grace is over", async () => {
      const { platform, reports } = await begin();
      const spec = shell("trap '' TERM; echo deaf; while true; do sleep 0.1; done");
      await platform.start(spec);
      await waitFor(async () => (await textsOf(platform.logs(spec.id))).includes("deaf") || undefined);
      await platform.cancel(spec.id, { graceMs: 1000, why: "cancel" });
      expect(classify((await endOf(reports, spec)).evidence)).toEqual({ type: "cancelled" });
    });

    it("takes one that tidied up after SIGTERM for ended and not for done", async () => {
      const { platform, reports } = await begin();
      const spec = shell("trap 'exit 0' TERM; echo waits; while true; do sleep 0.1; done");
      await platform.start(spec);
      await waitFor(async () => (await textsOf(platform.logs(spec.id))).includes("waits") || undefined);
      await platform.cancel(spec.id, { graceMs: 60_000, why: "timeout" });
      expect(classify((await endOf(reports, spec)).evidence)).toEqual({ type: "failed", class: "timeout" });
    });

    const file: Parts["outputs"] = { out: { type: "file" } };
    const value: Parts["outputs"] = { n: { type: "number" } };
    it.each([
      ["an output that is missing", "true", file, "OUTPUT_MISSING"],
      ["a value that is missing", "true", value, "OUTPUT_MISSING"],
      ["an output that is a link out of its folder", "ln -s /etc/passwd $FLOTILLA_OUTPUTS/out", file, "OUTPUT_INVALID"],
      ["what was not declared", "touch $FLOTILLA_OUTPUTS/out $FLOTILLA_OUTPUTS/more", file, "OUTPUT_INVALID"],
      ["values that are no JSON", "echo '{' > $FLOTILLA_VALUES", value, "OUTPUT_INVALID"],
      ["values that are a link", "ln -s /flotilla/task.json $FLOTILLA_VALUES", value, "OUTPUT_INVALID"],
      ["a value of another type", `echo '{"n": "1"}' > $FLOTILLA_VALUES`, value, "OUTPUT_INVALID"],
    ])("does not take %s for a success", async (_what, script, outputs, type) => {
      const { platform, reports } = await begin();
      const spec = shell(script, { outputs });
      await platform.start(spec);
      expect((await endOf(reports, spec)).evidence).toMatchObject({ completed: false, error: { type } });
    });

    it("is found again by another process, with all that it printed, each line once", async () => {
      const ground = await make();
      const count = "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo line $i; done";
      const spec = shell(`${count}; while [ $i -lt 3050 ]; do i=$((i+1)); echo line $i; sleep 0.1; done`);
      await ground.startAndDie(spec);
      const platform = ground.open();
      const reports = listen(platform);
      await platform.adopt([spec]);
      expect((await endOf(reports, spec)).evidence).toMatchObject({ completed: true });
      expect(await textsOf(platform.logs(spec.id))).toEqual(Array.from({ length: 3050 }, (_, i) => `line ${i + 1}`));
    });
  });
}

type Reports = ReturnType<typeof listen>;
type Ended = Awaited<ReturnType<Reports["ended"]>>;
type Parts = Partial<Pick<AttemptSpec, "key" | "inputs" | "outputs">>;

function ownSpec(work: Partial<ContainerWork>, parts: Parts = {}): AttemptSpec {
  return makeSpec({
    resources: { cpu: 0.2 },
    inputs: {},
    outputs: {},
    ...parts,
    work: { type: "container", env: {}, ...work },
  });
}

async function fileOf({ artifacts }: ContainerGround, text: string): Promise<OutputValue> {
  const { digest, bytes } = await artifacts.put(Buffer.from(text));
  return { artifact: { type: "file", digest, bytes, name: "data.txt" } };
}

function artifactOf(output: OutputValue | undefined): { digest: Digest; bytes: number } {
  if (output && "artifact" in output) return output.artifact;
  throw new Error(`expected an artifact, not ${JSON.stringify(output)}`);
}
