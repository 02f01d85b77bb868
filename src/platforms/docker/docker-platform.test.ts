import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { bareImage, makeBareImage } from "../../../test/engines/bare-image.ts";
import { noDocker, type RunningDocker, startDocker } from "../../../test/engines/docker.ts";
import { askDocker } from "../../../test/engines/docker-api.ts";
import { loadImage } from "../../../test/engines/docker-image.ts";
import { Dockerd } from "../../../test/engines/dockerd.ts";
import { noRegistry, startRegistry } from "../../../test/engines/registry.ts";
import { makeForeignImage } from "../../../test/helpers/foreign-image.ts";
import { forgetfulProxy } from "../../../test/helpers/forgetful-proxy.ts";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { classify } from "../../core/classify.ts";
import { containerContract } from "../container-contract.ts";
import { letGoOn, listen, platformContract, pythonSpec, shellSpec, textsOf, waitFor } from "../platform-contract.ts";
import type { PlatformGround } from "../platform-contract.ts";
import { projectGrounds } from "../../../test/helpers/project-ground.ts";
import type { AttemptSpec } from "../platform.ts";
import { attemptLabel, containerName } from "./container-spec.ts";
import { DockerPlatform, type DockerPlatformOptions } from "./docker-platform.ts";
import { EngineApi } from "./engine-api.ts";

let docker: RunningDocker;

describe.skipIf(noDocker !== undefined)(
  `with a real Docker engine${noDocker === undefined ? "" : ` (${noDocker})`}`,
  () => {
    beforeAll(async () => {
      docker = await startDocker();
      await loadImage(docker.host, await makeBareImage());
    }, 300_000);
    afterAll(() => docker.stop(), 60_000);
    const makeProject = projectGrounds();

    interface DockerGround extends PlatformGround {
      readonly openWith: (options: Partial<DockerPlatformOptions>) => DockerPlatform;
    }
    const makeGround = async (): Promise<DockerGround> => {
      const { flotilla, artifacts, code, startAndDie } = await makeProject();
      const { host, image } = docker;
      const openWith = (options: Partial<DockerPlatformOptions>): DockerPlatform => {
        const platform = new DockerPlatform({ directory: flotilla, artifacts, host, image, ...options });
        onTestFinished(() => platform.close());
        return platform;
      };
      return {
        artifacts,
        code,
        leftOf: async (id) => {
          const { status, body } = await ask("GET", `/containers/${containerName(id)}/top`);
          return status === 200 ? (JSON.parse(body) as { Processes: string[][] }).Processes : [];
        },
        open: () => openWith({}),
        openWith,
        startAndDie: (spec) => startAndDie(spec, { type: "containers", host, image }),
      };
    };
    const ask = (method: string, path: string, body?: unknown) => new EngineApi(docker.host).ask(method, path, body);

    platformContract("docker", makeGround);
    containerContract("docker", async () => ({ ...(await makeGround()), bareImage, knowsStreams: true }));

    describe("container steps of the docker platform", { timeout: 60_000 }, () => {
      const own = (ground: DockerGround, script: string): AttemptSpec => ({
        ...shellSpec(ground, [], { outputs: { out: { type: "file", optional: true } } }),
        work: { type: "container", command: ["sh", "-euc"], args: [script], env: {} },
      });

      it("finds one that ended while nobody looked, and does not run it again", async () => {
        const ground = await makeGround();
        const spec = own(
          ground,
          'sleep 1; [ -e "$FLOTILLA_OUTPUTS/out" ] && exit 9; echo once | tee "$FLOTILLA_OUTPUTS/out"',
        );
        await ground.startAndDie(spec);
        await waitFor(async () => {
          const { body } = await ask("GET", `/containers/${containerName(spec.id)}/json`);
          return (JSON.parse(body) as { State: { Status: string } }).State.Status === "exited" || undefined;
        });
        const platform = ground.open();
        const reports = listen(platform);
        await platform.start(spec);
        const { evidence, outputs } = await reports.ended(spec.id);
        expect(evidence).toMatchObject({ completed: true, exitCode: 0 });
        expect(outputs["out"]).toMatchObject({ artifact: { bytes: 5 } });
        expect(await textsOf(platform.logs(spec.id))).toEqual(["once"]);
      });

      it("is ended by another process than the one that began it", async () => {
        const ground = await makeGround();
        const spec = own(ground, "trap '' TERM; while true; do sleep 0.1; done");
        await ground.startAndDie(spec);
        const platform = ground.open();
        const reports = listen(platform);
        await platform.cancel(spec.id, { graceMs: 200, why: "cancel" });
        expect((await reports.ended(spec.id)).evidence).toMatchObject({ endedByUs: "cancel" });
      });

      it("tells a container that somebody killed, or removed, from a program that failed", async () => {
        const ground = await makeGround();
        const platform = ground.open();
        const reports = listen(platform);
        for (const [method, path] of [
          ["POST", "/kill"],
          ["DELETE", "?force=1"],
        ] as const) {
          const spec = own(ground, "echo begun; sleep 60");
          await platform.start(spec);
          await waitFor(async () => (await textsOf(platform.logs(spec.id))).includes("begun") || undefined);
          await ask(method, `/containers/${containerName(spec.id)}${path}`);
          const { evidence } = await reports.ended(spec.id);
          expect(classify(evidence)).toEqual({ type: "failed", class: "disrupted" });
        }
      });

      it("has every line in the log, once, though the engine goes away meanwhile", async () => {
        const ground = await makeGround();
        const engine = new Dockerd({ name: "docker-log", directory: temporaryFolder() });
        await engine.start();
        onTestFinished(() => engine.stop());
        const platform = ground.openWith({ host: engine.host, lookEveryMs: 20 });
        const reports = listen(platform);
        const spec = own(ground, "i=0; while [ $i -lt 80 ]; do i=$((i+1)); echo line $i; sleep 0.1; done");
        await platform.start(spec);
        await waitFor(async () => (await textsOf(platform.logs(spec.id))).length > 3 || undefined);
        await engine.leave();
        await engine.start();
        expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: true });
        const expected = Array.from({ length: 80 }, (_, i) => `line ${i + 1}`);
        expect(await textsOf(platform.logs(spec.id))).toEqual(expected);
      });
    });

    describe("docker platform", { timeout: 60_000 }, () => {
      it("leaves no container of an attempt that has ended", async () => {
        const ground = await makeGround();
        const platform = ground.open();
        const reports = listen(platform);
        const spec = shellSpec(ground, ["python3", "-c", "print('hi')"]);
        await platform.start(spec);
        await reports.ended(spec.id);
        const status = async (): Promise<number> =>
          (await ask("GET", `/containers/${containerName(spec.id)}/json`)).status;
        expect(await waitFor(async () => ((await status()) === 404 ? true : undefined))).toBe(true);
      });

      it("runs a step with an environment of its own in its image, and has nothing to build for it", async () => {
        const ground = await makeGround();
        const platform = ground.open();
        const reports = listen(platform);
        const environment = {
          type: "venv",
          python: "python3",
          source: "requirements",
          path: "r.txt",
          hash: "h",
        } as const;
        const build = { ...shellSpec(ground, []), work: { type: "environment", environment } as const };
        const given = pythonSpec(ground, "echo", {
          key: { origin: "JFK", month: 7 },
          inputs: { lateMinutes: { value: 15 } },
          outputs: { seen: { type: "json" } },
        });
        const work = { ...given.work, environment } as typeof given.work;
        for (const spec of [build, { ...given, work }]) {
          await platform.start(spec);
          expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: true });
        }
      });

      it("takes a memory limit that was hit for what it is, whether the task or a child of it died", async () => {
        const ground = await makeGround();
        const platform = ground.open();
        const reports = listen(platform);
        const eat = "b = b''\nwhile True: b += b'x' * 10_000_000";
        const child = `import subprocess, sys; sys.exit(1 if subprocess.run([sys.executable, '-c', ${JSON.stringify(eat)}]).returncode else 0)`;
        for (const code of [eat, child]) {
          const resources = { cpu: 1, memoryBytes: 100_000_000 };
          const spec = { ...shellSpec(ground, ["python3", "-c", code]), resources };
          await platform.start(spec);
          expect((await reports.ended(spec.id)).evidence).toMatchObject({
            completed: false,
            outOfMemory: { limitBytes: 100_000_000 },
          });
        }
      });

      it("tells a container that somebody killed, or removed, from a task that failed", async () => {
        const ground = await makeGround();
        const platform = ground.open();
        const reports = listen(platform);
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

      it.skipIf(noRegistry !== undefined)(
        `says of an image that a registry does not have what is wrong with it${noRegistry === undefined ? "" : ` (${noRegistry})`}`,
        async () => {
          const ground = await makeGround();
          const registry = await startRegistry();
          onTestFinished(() => registry.stop());
          const image = `${registry.address}/no/such:image`;
          const spec = { ...pythonSpec(ground, "nothing"), image };
          const platform = ground.open();
          const reports = listen(platform);
          await platform.start(spec);
          expect((await reports.ended(spec.id)).evidence.config?.message).toMatch(
            new RegExp(`^the image ${image} is not there and cannot be pulled: .*not found`),
          );
        },
      );

      it("does not take an image for missing while its registry is away", async () => {
        const ground = await makeGround();
        const spec = { ...pythonSpec(ground, "nothing"), image: "localhost:9/no/such:image" };
        const platform = ground.open();
        const reports = listen(platform);
        await expect(platform.start(spec)).rejects.toMatchObject({ code: "DOCKER_REFUSED" });
        expect(reports.all).toEqual([]);
      });

      it("says of an image without Python what it lacks", async () => {
        const ground = await makeGround();
        const image = "flotilla.test/empty:1";
        const archive = join(temporaryFolder(), "empty.tar");
        // The end of an archive, and nothing before it.
        writeFileSync(archive, Buffer.alloc(1024));
        await askDocker(docker.host, "POST", "/images/create?fromSrc=-&repo=flotilla.test/empty&tag=1", { archive });
        onTestFinished(async () => void (await ask("DELETE", `/images/${encodeURIComponent(image)}`)));
        const spec = { ...pythonSpec(ground, "nothing"), image };
        const platform = ground.open();
        const reports = listen(platform);
        await platform.start(spec);
        expect((await reports.ended(spec.id)).evidence.config?.message).toMatch(
          /cannot run the Flotilla runner: .*python3/,
        );
      });

      it("says of an image for other machines that it is one", async () => {
        const ground = await makeGround();
        const image = "flotilla.test/foreign:1";
        await makeForeignImage(docker.host, image);
        onTestFinished(async () => void (await ask("DELETE", `/images/${image}`)));
        const platform = ground.open();
        const reports = listen(platform);
        const spec = { ...pythonSpec(ground, "nothing"), image };
        await platform.start(spec);
        expect((await reports.ended(spec.id)).evidence.config?.message).toMatch(
          /made for another kind of processor.*exec format error/,
        );
      });

      it("records what ran: by its id where no registry has it", async () => {
        const ground = await makeGround();
        const platform = ground.open();
        const reports = listen(platform);
        const spec = shellSpec(ground, ["sh", "-c", "exit 3"]);
        await platform.start(spec);
        const { Id } = JSON.parse((await ask("GET", `/images/${docker.image}/json`)).body) as { Id: string };
        expect((await reports.ended(spec.id)).evidence).toMatchObject({ exitCode: 3, image: Id });
      });

      it("leaves a foreign container alone that has the name of one of ours", async () => {
        const ground = await makeGround();
        const spec = pythonSpec(ground, "nothing");
        const foreign = `/containers/${containerName(spec.id)}`;
        const made = await ask("POST", `/containers/create?name=${containerName(spec.id)}`, {
          Image: docker.image,
          Cmd: ["true"],
        });
        expect(made.status).toBe(201);
        onTestFinished(async () => void (await ask("DELETE", `${foreign}?force=1`)));
        const platform = ground.open();
        const reports = listen(platform);
        await platform.start(spec);
        expect((await reports.ended(spec.id)).evidence.config?.message).toContain("is not ours");
        await platform.close();
        expect((await ask("GET", `${foreign}/json`)).status).toBe(200);
      });

      it("makes one container of an attempt when the answer to that is lost", async () => {
        const ground = await makeGround();
        const proxy = await forgetfulProxy(docker.host, "/containers/create");
        onTestFinished(() => proxy.close());
        const platform = ground.openWith({ host: proxy.host });
        const reports = listen(platform);
        const spec = pythonSpec(ground, "wait_for_file", { outputs: { model: { type: "file", path: "model.bin" } } });
        await expect(platform.start(spec)).rejects.toMatchObject({ code: "DOCKER_UNREACHABLE" });
        await platform.start(spec);
        await reports.wait(spec.id, "running");
        const filters = encodeURIComponent(JSON.stringify({ label: [`${attemptLabel}=${spec.id}`] }));
        const { body } = await ask("GET", `/containers/json?all=1&filters=${filters}`);
        expect(JSON.parse(body)).toHaveLength(1);
        await letGoOn(platform, spec);
        expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: true });
        expect(proxy.lost()).toBe(1);
      });

      it("carries a cancel out when it is repeated, after its engine was away for the first", async () => {
        const ground = await makeGround();
        const proxy = await forgetfulProxy(docker.host, "/kill?signal=SIGTERM", "request");
        onTestFinished(() => proxy.close());
        const platform = ground.openWith({ host: proxy.host });
        const reports = listen(platform);
        const spec = pythonSpec(ground, "sleep");
        await platform.start(spec);
        await reports.wait(spec.id, "running");
        const cancel = { graceMs: 60_000, why: "cancel" } as const;
        await expect(platform.cancel(spec.id, cancel)).rejects.toMatchObject({ code: "DOCKER_UNREACHABLE" });
        await platform.cancel(spec.id, cancel);
        expect((await reports.ended(spec.id)).evidence).toMatchObject({ completed: false, endedByUs: "cancel" });
      });

      it("takes nothing for ended while its engine is away, and goes on when it is back", async () => {
        const ground = await makeGround();
        const engine = new Dockerd({ name: "docker-away", directory: temporaryFolder() });
        await engine.start();
        onTestFinished(() => engine.stop());
        const platform = ground.openWith({ host: engine.host, lookEveryMs: 20 });
        const reports = listen(platform);
        const spec = pythonSpec(ground, "wait_for_file", { outputs: { model: { type: "file", path: "model.bin" } } });
        await platform.start(spec);
        await reports.wait(spec.id, "running");
        await engine.leave();
        await letGoOn(platform, spec);
        await waitFor(async () => (await textsOf(platform.logs(spec.id))).includes("done") || undefined);
        expect(reports.all.filter(({ type }) => type === "ended")).toEqual([]);
        await engine.start();
        expect((await reports.ended(spec.id)).outputs["model"]).toMatchObject({ artifact: { bytes: 5 } });
      });
    });
  },
);
