import { mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noDocker, type RunningDocker, startDocker } from "../../../test/engines/docker.ts";
import { Dockerd } from "../../../test/engines/dockerd.ts";
import { projectGrounds } from "../../../test/helpers/project-ground.ts";
import { type RemoteGround, remoteGround } from "../../../test/helpers/remote-ground.ts";
import { type Certificates, makeCertificates, type TlsDoor, tlsDoor } from "../../../test/helpers/tls-door.ts";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { attemptFolder } from "../local/attempt-folder.ts";
import { letGoOn, listen, pythonSpec, shellSpec, textsOf, waitFor } from "../platform-contract.ts";
import type { AttemptSpec } from "../platform.ts";
import { readPlace } from "./attempt-place.ts";
import type { DockerHosts, DockerHostsOptions } from "./docker-hosts.ts";
import { lookAtEngine } from "./look-at-engine.ts";

let shared: RunningDocker;

describe.skipIf(noDocker !== undefined)(
  `with real Docker engines of two machines${noDocker === undefined ? "" : ` (${noDocker})`}`,
  { timeout: 60_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), "flotilla-hosts-"));
    const makeProject = projectGrounds();
    let certificates: Certificates;
    let second: Dockerd;
    let secondTcp: string;
    let doors: readonly [TlsDoor, TlsDoor];
    beforeAll(async () => {
      shared = await startDocker();
      certificates = makeCertificates(folder);
      const port = await freePort();
      secondTcp = `tcp://127.0.0.1:${port}`;
      const { ca, server } = certificates;
      const tls = ["--tlsverify", "--tlscacert", ca, "--tlscert", server.cert, "--tlskey", server.key];
      const argv = ["--host", secondTcp, ...tls];
      second = new Dockerd({ name: "docker-second", directory: join(folder, "second"), argv });
      await second.start();
      doors = [await tlsDoor(shared.host, certificates), await tlsDoor(second.host, certificates)];
    }, 300_000);
    afterAll(async () => {
      for (const door of doors) await door.leave();
      await second.stop();
      await shared.stop();
      rmSync(folder, { recursive: true, force: true });
    }, 60_000);

    const begin = async (
      options: Partial<DockerHostsOptions> = {},
    ): Promise<{ ground: RemoteGround; platform: DockerHosts; reports: ReturnType<typeof listen> }> => {
      const hosts = doors.map(({ host }) => ({ host, cpus: 2, memoryBytes: 2 ** 31 }));
      const access = { tls: doors[0].tls };
      const engines = [shared.host, second.host];
      const ground = remoteGround(await makeProject(), { image: shared.image, hosts, access, engines });
      const platform = ground.openWith(options);
      return { ground, platform, reports: listen(platform) };
    };
    const waiting = (ground: RemoteGround): AttemptSpec =>
      pythonSpec(ground, "wait_for_file", { outputs: { model: { type: "file", path: "model.bin" } } });
    const hostOf = (ground: RemoteGround, { id }: AttemptSpec): string | undefined =>
      readPlace(attemptFolder(ground.flotilla, id))?.host;

    it("spreads tasks over them, and what there is no room for waits and says so", async () => {
      const { ground, platform, reports } = await begin();
      expect(platform.capacity()).toEqual({ cpu: 4000, memory: 2 ** 32 });
      const specs = Array.from({ length: 4 }, () => waiting(ground));
      await Promise.all(specs.map((spec) => platform.start(spec)));
      for (const spec of specs) await reports.wait(spec.id, "running");
      const engines = await Promise.all(specs.map(({ id }) => ground.engineOf(id)));
      expect(engines.filter((engine) => engine === shared.host)).toHaveLength(2);
      expect(engines.filter((engine) => engine === second.host)).toHaveLength(2);

      const fifth = shellSpec(ground, ["true"]);
      const starting = platform.start(fifth);
      expect(await reports.wait(fifth.id, "submitted")).toMatchObject({
        handle: { waitsFor: "none of the 2 hosts that answer has 1 CPUs free" },
      });
      for (const spec of specs) await letGoOn(platform, spec, ground);
      await starting;
      for (const spec of [...specs, fifth])
        expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: true });
    });

    it("ends what waits for room when it is cancelled, without beginning it", async () => {
      const { ground, platform, reports } = await begin();
      const specs = Array.from({ length: 4 }, () => pythonSpec(ground, "sleep"));
      await Promise.all(specs.map((spec) => platform.start(spec)));
      const fifth = shellSpec(ground, ["true"]);
      const starting = platform.start(fifth);
      await reports.wait(fifth.id, "submitted");
      await platform.cancel(fifth.id, { graceMs: 0, why: "cancel" });
      expect((await reports.ended(fifth.id)).evidence).toMatchObject({
        endedByUs: "cancel",
        neverStarted: expect.any(String),
      });
      await starting;
      expect(await ground.engineOf(fifth.id)).toBeUndefined();
      for (const { id } of specs) await platform.cancel(id, { graceMs: 0, why: "cancel" });
      for (const { id } of specs) await reports.ended(id);
    });

    it("loses and doubles nothing when one of them goes away in mid-run and comes back", async () => {
      const { ground, platform, reports } = await begin();
      const counting = (): AttemptSpec => {
        const script = `
import os, sys, time
print("waiting for", os.getcwd() + "/go", flush=True)
for i in range(100): print("line", i, flush=True); time.sleep(0.01)
while not os.path.exists("go"): time.sleep(0.01)
open(sys.argv[1], "w").write("model"); print("done")`;
        return shellSpec(ground, ["python3", "-c", script, { ref: "output", name: "model" }], {
          outputs: { model: { type: "file", path: "model.bin" } },
        });
      };
      const specs = Array.from({ length: 4 }, counting);
      await Promise.all(specs.map((spec) => platform.start(spec)));
      for (const spec of specs) await reports.wait(spec.id, "running");
      const [here, there] = doors;
      const away = specs.filter((spec) => hostOf(ground, spec) === there.host);
      const staying = specs.filter((spec) => hostOf(ground, spec) === here.host);
      expect([away.length, staying.length]).toEqual([2, 2]);
      await there.leave();
      for (const spec of specs) await letGoOn(platform, spec, ground);
      for (const spec of staying) await reports.ended(spec.id);

      // What comes now is carried out where somebody answers.
      const late = [shellSpec(ground, ["true"]), shellSpec(ground, ["true"])];
      await Promise.all(late.map((spec) => platform.start(spec)));
      for (const spec of late) {
        expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: true });
        expect(hostOf(ground, spec)).toBe(here.host);
      }

      // Those of the other have ended there, which nobody here knows yet; nor does another process of ours.
      for (const { id } of away)
        await waitFor(async () => ((await ground.leftOf!(id)).length === 0 ? true : undefined));
      await platform.close();
      const other = ground.openWith({});
      const last = listen(other);
      await expect(other.adopt(specs)).rejects.toMatchObject({ code: "DOCKER_UNREACHABLE" });
      expect(last.all.filter(({ attempt }) => away.some(({ id }) => id === attempt))).toEqual([]);
      await there.open();
      await waitFor(async () =>
        other.adopt(specs).then(
          () => true,
          () => undefined,
        ),
      );
      for (const spec of specs) {
        const { evidence, outputs } = await last.ended(spec.id);
        expect(evidence).toMatchObject({ completed: true });
        expect(outputs["model"]).toMatchObject({ artifact: { bytes: 5 } });
        const told = await textsOf(other.logs(spec.id));
        expect(told.slice(1)).toEqual([...Array.from({ length: 100 }, (_, i) => `line ${i}`), "done"]);
      }
      for (const { id } of [...specs, ...late])
        await waitFor(async () => ((await ground.engineOf(id)) === undefined ? true : undefined));
    });

    it("gives an attempt to another host when the one that was chosen has gone away before it could begin", async () => {
      // No look comes in between.
      const { ground, platform, reports } = await begin({ lookEveryMs: 1000 });
      const first = pythonSpec(ground, "sleep");
      await platform.start(first);
      const chosen = doors.find(({ host }) => host !== hostOf(ground, first))!;
      await chosen.leave();
      const spec = shellSpec(ground, ["true"]);
      await platform.start(spec);
      expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: true });
      expect(hostOf(ground, spec)).toBe(hostOf(ground, first));
      await chosen.open();
      await platform.cancel(first.id, { graceMs: 0, why: "cancel" });
      await reports.ended(first.id);
    });

    it("waits while none of them answers, and says why", async () => {
      const { ground, platform, reports } = await begin();
      for (const door of doors) await door.leave();
      const spec = shellSpec(ground, ["true"]);
      const starting = platform.start(spec);
      const told = await reports.wait(spec.id, "submitted");
      expect(told).toMatchObject({
        handle: { waitsFor: expect.stringMatching(/^none of its hosts answers: .*ECONNREFUSED/) },
      });
      for (const door of doors) await door.open();
      await starting;
      expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: true });
    });

    it("speaks TLS with a dockerd itself, and says what is wrong when that does not know our certificate", async () => {
      const { tls } = doors[0];
      expect(await lookAtEngine({ host: secondTcp, tls })).toMatchObject({ version: expect.any(String) });
      const foreign = { ...makeCertificates(temporaryFolder()).client, ca: certificates.ca };
      await expect(lookAtEngine({ host: secondTcp, tls: foreign })).rejects.toMatchObject({
        code: "DOCKER_ACCESS",
        mend: expect.stringContaining("`cert`"),
      });
      await expect(lookAtEngine({ host: secondTcp })).rejects.toMatchObject({
        code: "DOCKER_REFUSED",
        message: expect.stringContaining("HTTPS"),
      });
    });
  },
);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
