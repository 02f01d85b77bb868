import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noDocker, type RunningDocker, startDocker } from "../../../test/engines/docker.ts";
import { noSsh, type RunningSshd, startSshd } from "../../../test/engines/sshd.ts";
import { projectGrounds } from "../../../test/helpers/project-ground.ts";
import { type RemoteGround, remoteGround } from "../../../test/helpers/remote-ground.ts";
import { type Certificates, makeCertificates, type TlsDoor, tlsDoor } from "../../../test/helpers/tls-door.ts";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import type { Digest } from "../../core/ids.ts";
import type { OutputValue } from "../../core/output-value.ts";
import type { AttemptSpec } from "../platform.ts";
import { letGoOn, listen, platformContract, pythonSpec, shellSpec, textsOf, waitFor } from "../platform-contract.ts";
import { containerContract } from "../container-contract.ts";
import { containerName } from "./container-spec.ts";
import { bareImage, makeBareImage } from "../../../test/engines/bare-image.ts";
import { loadImage } from "../../../test/engines/docker-image.ts";
import { EngineApi } from "./engine-api.ts";
import type { EngineAccess } from "./engine-way.ts";
import { lookAtEngine } from "./look-at-engine.ts";

let docker: RunningDocker;

describe.skipIf(noDocker !== undefined)(
  `with a real Docker engine elsewhere${noDocker === undefined ? "" : ` (${noDocker})`}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "flotilla-elsewhere-"));
    let certificates: Certificates;
    let door: TlsDoor;
    beforeAll(async () => {
      docker = await startDocker();
      await loadImage(docker.host, await makeBareImage());
      certificates = makeCertificates(folder);
      door = await tlsDoor(docker.host, certificates);
    }, 300_000);
    afterAll(async () => {
      await door.leave();
      await docker.stop();
      rmSync(folder, { recursive: true });
    }, 60_000);
    const makeProject = projectGrounds();
    const ask = (method: string, path: string, body?: unknown) => new EngineApi(docker.host).ask(method, path, body);
    /** The shared engine as if it were far away. */
    const far = async ({ host, ...access }: { readonly host: string } & EngineAccess): Promise<RemoteGround> =>
      remoteGround(await makeProject(), { image: docker.image, hosts: [{ host }], access, engines: [docker.host] });

    platformContract("docker over TCP with TLS", () => far({ host: door.host, tls: door.tls }));

    containerContract("docker over TCP with TLS", async () => ({
      ...(await far({ host: door.host, tls: door.tls })),
      bareImage,
      knowsStreams: true,
      copiesInputs: true,
    }));

    describe.skipIf(noSsh !== undefined)(`over SSH${noSsh === undefined ? "" : ` (${noSsh})`}`, () => {
      let sshd: RunningSshd;
      beforeAll(async () => {
        sshd = await startSshd(docker.host, folder);
      });
      afterAll(() => sshd.stop());
      platformContract("docker over SSH", () => far({ host: sshd.host, sshConfig: sshd.config }));

      it.each<[string, (running: RunningSshd) => { host?: string; sshConfig: string }, object]>([
        [
          "a machine whose host key nobody has vouched for",
          ({ configWith }) => ({ sshConfig: configWith({ knownHosts: "/dev/null" }) }),
          { code: "DOCKER_ACCESS", mend: expect.stringContaining("known_hosts") },
        ],
        [
          "a user whose key is not known there",
          ({ configWith, strangersKey }) => ({
            sshConfig: configWith({ key: strangersKey }),
          }),
          { code: "DOCKER_ACCESS", mend: expect.stringContaining("authorized_keys") },
        ],
        [
          "a machine that there is not",
          ({ config }) => ({ host: "ssh://nowhere.invalid", sshConfig: config }),
          { code: "DOCKER_ACCESS", mend: expect.stringContaining("name of the machine") },
        ],
        [
          "a port at which nobody listens",
          ({ config }) => ({ host: "ssh://127.0.0.1:1", sshConfig: config }),
          { code: "DOCKER_UNREACHABLE", message: expect.stringContaining("Connection refused") },
        ],
      ])("says in words what is wrong with %s", { timeout: 30_000 }, async (_, way, expected) => {
        await expect(lookAtEngine({ host: sshd.host, ...way(sshd) })).rejects.toMatchObject(expected);
      });
    });

    describe("docker elsewhere", { timeout: 60_000 }, () => {
      const begin = async () => {
        const ground = await far({ host: door.host, tls: door.tls });
        const platform = ground.open();
        return { ground, platform, reports: listen(platform) };
      };

      it.each<[string, () => { host?: string; tls?: TlsDoor["tls"] }, object]>([
        [
          "an engine whose certificate another authority has signed",
          () => ({ tls: { ...door.tls, ca: makeCertificates(temporaryFolder()).ca } }),
          { code: "DOCKER_ACCESS", mend: expect.stringContaining("`ca`") },
        ],
        [
          "an engine that has another name in its certificate",
          () => ({ host: door.host.replace("127.0.0.1", "localhost") }),
          { code: "DOCKER_ACCESS", message: expect.stringContaining("localhost") },
        ],
        [
          "a certificate that there is not",
          () => ({ tls: { ...door.tls, cert: "/nowhere/cert.pem" } }),
          { code: "DOCKER_ACCESS", message: expect.stringContaining("/nowhere/cert.pem") },
        ],
        [
          "a port at which nobody listens",
          () => ({ host: "tcp://127.0.0.1:1" }),
          { code: "DOCKER_UNREACHABLE", mend: expect.stringContaining("firewall") },
        ],
      ])("says in words what is wrong with %s", async (_, way, expected) => {
        await expect(lookAtEngine({ host: door.host, tls: door.tls, ...way() })).rejects.toMatchObject(expected);
      });

      it("leaves nothing of an attempt there that has ended", async () => {
        const { ground, platform, reports } = await begin();
        const spec = shellSpec(ground, ["python3", "-c", "print('hi')"]);
        await platform.start(spec);
        await reports.ended(spec.id);
        const isGone = waitFor(async () => ((await ground.engineOf(spec.id)) === undefined ? true : undefined));
        expect(await isGone).toBe(true);
      });

      it("gives code and inputs to a user who is not root, read-only, and takes its outputs", async () => {
        const ground = await far({ host: door.host, tls: door.tls });
        const platform = ground.openWith({ user: "1234:1234" });
        const reports = listen(platform);
        const given = await ground.artifacts.putFolder(folderWith({ "a/b.txt": "deep" }));
        const script = `
import os, sys
assert os.getuid() == 1234
given, model = sys.argv[1:]
assert open(os.path.join(given, "a/b.txt")).read() == "deep"
try: open(os.path.join(given, "a/b.txt"), "w"); sys.exit("could write to an input")
except PermissionError: pass
os.makedirs(os.environ["FLOTILLA_CHECKPOINT"])
open(model, "w").write("done")`;
        const spec = shellSpec(
          ground,
          ["python3", "-c", script, { ref: "input", name: "given" }, { ref: "output", name: "model" }],
          {
            inputs: { given: { artifact: { type: "folder", ...given, name: "given" } } },
            outputs: { model: { type: "file", path: "deep/er/model" } },
          },
        );
        await platform.start(spec);
        expect(await reports.ended(spec.id)).toMatchObject({
          evidence: { completed: true },
          outputs: { model: { artifact: { bytes: 4 } } },
        });
      });

      it("takes outputs as they are: links inside, hard links, programs, empty folders, long and foreign names", async () => {
        const { ground, platform, reports } = await begin();
        const script = `
import os, sys
os.chdir(sys.argv[1])
os.makedirs("deep/" * 40)
open("deep/" * 40 + "file", "w").write("far down")
open("ünï 日本", "w").write("name")
open("run", "w").write("#!"); os.chmod("run", 0o755)
os.link("run", "same"); os.symlink("run", "link"); os.symlink(os.path.abspath("deep"), "absolute"); os.mkdir("empty")`;
        const spec = shellSpec(ground, ["python3", "-c", script, { ref: "output", name: "all" }], {
          outputs: { all: { type: "folder", path: "all" } },
        });
        await platform.start(spec);
        const { evidence, outputs } = await reports.ended(spec.id);
        expect(evidence).toMatchObject({ completed: true });
        const { entries } = await ground.artifacts.readTree(digestOf(outputs["all"]));
        const deep = "deep/".repeat(40);
        expect(entries.map(({ path }) => path)).toEqual(
          [`absolute/${deep.slice(5)}file`, `${deep}file`, "empty", "link", "run", "same", "ünï 日本"].toSorted(),
        );
        expect(entries.find(({ path }) => path === "same")).toMatchObject({ bytes: 2, executable: true });
      });

      it("refuses outputs that are neither files nor folders", async () => {
        const { ground, platform, reports } = await begin();
        const spec = shellSpec(
          ground,
          ["python3", "-c", "import os,sys; os.mkfifo(sys.argv[1])", { ref: "output", name: "o" }],
          {
            outputs: { o: { type: "file", path: "o" } },
          },
        );
        await platform.start(spec);
        expect((await reports.ended(spec.id)).evidence).toMatchObject({
          completed: false,
          error: { type: "OUTPUT_INVALID", message: expect.stringContaining("neither a file nor a folder") },
        });
      });

      it("loses nothing and doubles nothing of a log whose stream is cut again and again, by us and under way", async () => {
        const { ground, platform, reports } = await begin();
        const lines = 400;
        const script = `import time\nfor i in range(${lines}): print("line", i, flush=True); time.sleep(0.01)`;
        const spec = shellSpec(ground, ["python3", "-c", script]);
        await platform.start(spec);
        await reports.wait(spec.id, "running");
        let other = platform;
        for (let cuts = 0; cuts < 5; cuts++) {
          const seen = (await textsOf(other.logs(spec.id))).length;
          door.cut();
          if (cuts === 2) {
            await other.close();
            other = ground.open();
            listen(other);
            await other.adopt([spec]);
          }
          await waitFor(async () => (await textsOf(other.logs(spec.id))).length > seen || undefined);
        }
        const last = listen(other);
        await last.ended(spec.id);
        expect(await textsOf(other.logs(spec.id))).toEqual(Array.from({ length: lines }, (_, i) => `line ${i}`));
      });

      it(
        "has all of a log that was longer than what Docker keeps while nobody listened",
        { timeout: 180_000 },
        async () => {
          const { ground, platform, reports } = await begin();
          const [lines, wide] = [130_000, 1000];
          const script = `
import os, time
print("waiting for", os.getcwd() + "/go", flush=True)
while not os.path.exists("go"): time.sleep(0.01)
for i in range(${lines}): print(str(i).rjust(${wide}))`;
          const spec = shellSpec(ground, ["python3", "-c", script]);
          await platform.start(spec);
          await reports.wait(spec.id, "running");
          await waitFor(async () => (await textsOf(platform.logs(spec.id)))[0]);
          await door.leave();
          await ground.makeFile!("/flotilla/attempt/work/go", spec.id);
          await waitFor(
            async () => {
              const { body } = await ask("GET", `/containers/${containerName(spec.id)}/json`);
              return (JSON.parse(body) as { State: { Running: boolean } }).State.Running ? undefined : true;
            },
            undefined,
            120_000,
          );
          expect(reports.all.filter(({ type }) => type === "ended")).toEqual([]);
          await door.open();
          await waitFor(async () => reports.all.find(({ type }) => type === "ended"), undefined, 60_000);
          let next = -1;
          for await (const { text } of platform.logs(spec.id)) {
            if (next >= 0 && text !== String(next).padStart(wide)) throw new Error(`line ${next} is ${text.trim()}`);
            next++;
          }
          expect(next).toBe(lines);
        },
      );

      it("tells a container that somebody killed, or removed, from a task that failed", async () => {
        const { ground, platform, reports } = await begin();
        for (const [method, path] of [
          ["POST", "/kill"],
          ["DELETE", "?force=1"],
        ] as const) {
          const spec = pythonSpec(ground, "sleep");
          await platform.start(spec);
          await reports.wait(spec.id, "running");
          await ask(method, `/containers/${containerName(spec.id)}${path}`);
          expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: false, gone: expect.any(String) });
        }
      });

      it("gives secrets in memory, and keeps them out of the log that comes home", async () => {
        const ground = await far({ host: door.host, tls: door.tls });
        const platform = ground.openWith({
          secretSources: { db: { password: { env: "PASSWORD" } } },
          environment: { PASSWORD: "s3cret-of-the-db" },
        });
        const reports = listen(platform);
        const script = 'grep /run/secrets /proc/mounts | cut -d" " -f3; cat "$DB_PASSWORD_FILE"; echo; echo ready';
        const secrets = { DB_PASSWORD: { kind: "secret", name: "db", key: "password" } } as const;
        const spec: AttemptSpec = { ...shellSpec(ground, ["sh", "-c", script]), secrets };
        await platform.start(spec);
        expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: true });
        expect(await textsOf(platform.logs(spec.id))).toEqual(["tmpfs", "***", "ready"]);
      });

      it("ends an attempt for a process that has never heard of it", async () => {
        const { ground, platform, reports } = await begin();
        const spec = pythonSpec(ground, "sleep");
        await platform.start(spec);
        await reports.wait(spec.id, "running");
        await platform.close();
        const other = ground.open();
        const told = listen(other);
        await other.cancel(spec.id, { graceMs: 5000, why: "cancel" });
        expect((await told.ended(spec.id)).evidence).toMatchObject({ completed: false, endedByUs: "cancel" });
      });

      it("says in its log that the end of it is lost, where somebody removed the container", async () => {
        const { ground, platform, reports } = await begin();
        const spec = shellSpec(ground, ["python3", "-c", "print('here', flush=True); import time; time.sleep(60)"]);
        await platform.start(spec);
        await waitFor(async () => (await textsOf(platform.logs(spec.id))).includes("here") || undefined);
        await ask("DELETE", `/containers/${containerName(spec.id)}?force=1`);
        await reports.ended(spec.id);
        expect((await textsOf(platform.logs(spec.id))).filter((text) => text !== "")).toEqual([
          "here",
          "[flotilla: its container is gone, and with it what it printed last]",
        ]);
      });

      it("takes a memory limit that was hit for what it is, whether the task or a child of it died", async () => {
        const { ground, platform, reports } = await begin();
        const eat = "b = b''\nwhile True: b += b'x' * 10_000_000";
        const child = `import subprocess, sys; sys.exit(1 if subprocess.run([sys.executable, '-c', ${JSON.stringify(eat)}]).returncode else 0)`;
        for (const code of [eat, child]) {
          const resources = { cpu: 1, memoryBytes: 100_000_000 };
          const spec: AttemptSpec = { ...shellSpec(ground, ["python3", "-c", code]), resources };
          await platform.start(spec);
          expect((await reports.ended(spec.id)).evidence).toMatchObject({
            completed: false,
            outOfMemory: { limitBytes: 100_000_000 },
          });
        }
      });

      it("goes on with what runs while the engine cannot be reached, and has it when it can", async () => {
        const { ground, platform, reports } = await begin();
        const spec = pythonSpec(ground, "wait_for_file", { outputs: { model: { type: "file", path: "model.bin" } } });
        await platform.start(spec);
        await reports.wait(spec.id, "running");
        await waitFor(async () => (await textsOf(platform.logs(spec.id)))[0]);
        await door.leave();
        await letGoOn(platform, spec, ground);
        await waitFor(async () => ((await ground.leftOf!(spec.id)).length === 0 ? true : undefined));
        expect(reports.all.filter(({ type }) => type === "ended")).toEqual([]);
        await door.open();
        const { evidence, outputs } = await reports.ended(spec.id);
        expect(evidence).toMatchObject({ completed: true });
        expect((await buffer(await ground.artifacts.get(digestOf(outputs["model"])))).toString()).toBe("model");
        expect((await textsOf(platform.logs(spec.id))).at(-1)).toBe("done");
      });
    });
  },
);

function digestOf(output: OutputValue | undefined): Digest {
  if (output !== undefined && "artifact" in output) return output.artifact.digest;
  throw new Error(`expected an artifact, not ${JSON.stringify(output)}`);
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}
