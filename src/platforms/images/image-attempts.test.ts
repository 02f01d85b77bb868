import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { noDocker, type RunningDocker, startDocker } from "../../../test/engines/docker.ts";
import { askDocker } from "../../../test/engines/docker-api.ts";
import { Dockerd } from "../../../test/engines/dockerd.ts";
import { type GuardedRegistry, keeper, startGuardedRegistry } from "../../../test/engines/guarded-registry.ts";
import { noRegistry, startRegistry } from "../../../test/engines/registry.ts";
import { makePipImage, pipImage, wheelOf } from "../../../test/helpers/pip-image.ts";
import { snapshotCode } from "../../artifacts/code-snapshot.ts";
import { openDiskStore } from "../../artifacts/disk-store.ts";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import type { ImageRecipe } from "../../core/plan.ts";
import { EngineApi } from "../docker/engine-api.ts";
import { DockerPlatform } from "../docker/docker-platform.ts";
import { listen, textsOf, waitFor } from "../platform-contract.ts";
import type { Platform } from "../platform.ts";
import { makeSpec } from "../test-spec.ts";
import { BuildingPlatform } from "./building-platform.ts";
import { dockerLogins } from "./docker-config.ts";
import { ImageAttempts, type ImageSpec } from "./image-attempts.ts";
import { ImageBuilder, type ImageBuilderOptions, imageLabel } from "./image-builder.ts";
import { noLogins } from "./registry-login.ts";

const missing = noDocker ?? noRegistry;

describe.skipIf(missing !== undefined)(
  `images with a real Docker engine and registry${missing === undefined ? "" : ` (${missing})`}`,
  { timeout: 120_000 },
  () => {
    let docker: RunningDocker;
    let registry: { readonly address: string; stop(): Promise<void> };
    let guarded: GuardedRegistry;
    beforeAll(async () => {
      docker = await startDocker();
      registry = await startRegistry();
      guarded = await startGuardedRegistry();
      await makePipImage(docker.host);
    }, 300_000);
    afterAll(async () => {
      await removeImages();
      await guarded.stop();
      await registry.stop();
      await docker.stop();
    }, 60_000);

    interface Ground {
      readonly directory: string;
      readonly platform: Platform;
      readonly reports: ReturnType<typeof listen>;
      /** Everything that the attempt printed. */
      readonly logOf: (spec: ImageSpec) => Promise<string>;
      readonly spec: (recipe?: Partial<ImageRecipe>) => ImageSpec;
      readonly another: (options?: Partial<ImageBuilderOptions>) => Promise<Ground>;
    }
    /** What this file makes bears its name. */
    const own = `test-${process.pid}`;
    async function removeImages(): Promise<void> {
      const filters = encodeURIComponent(JSON.stringify({ label: [`${imageLabel}=${own}`] }));
      const images = JSON.parse((await ask("GET", `/images/json?filters=${filters}`)).body) as { Id: string }[];
      for (const { Id } of images) await ask("DELETE", `/images/${Id}?force=1`);
    }
    const shellOf = ({ code }: ImageSpec, argv: readonly string[]) =>
      makeSpec({ code, work: { type: "shell", argv, env: {} } });
    const ask = (method: string, path: string, body?: unknown) => new EngineApi(docker.host).ask(method, path, body);

    let grounds = 0;
    async function begin(
      files: Readonly<Record<string, string | Buffer>> = {},
      options: Partial<ImageBuilderOptions> = {},
    ): Promise<Ground> {
      const project = temporaryFolder();
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(project, path)), { recursive: true });
        writeFileSync(join(project, path), content);
      }
      return open(project, options);
    }

    async function open(project: string, options: Partial<ImageBuilderOptions>): Promise<Ground> {
      const directory = join(project, ".flotilla");
      const artifacts = openDiskStore(join(directory, "artifacts"));
      const { digest: code } = await snapshotCode(artifacts, project);
      const { host, image } = docker;
      const logins = options.logins ?? noLogins;
      const engine = new EngineApi(host);
      const builder = new ImageBuilder({ engine, artifacts, network: "none", logins, ...options });
      const inner = new DockerPlatform({ directory, artifacts, host: builder.host, image, logins });
      const platform = new BuildingPlatform(inner, new ImageAttempts(directory, builder));
      onTestFinished(() => platform.close());
      return {
        directory,
        platform,
        reports: listen(platform),
        logOf: async ({ id }) => (await textsOf(platform.logs(id))).join("\n"),
        spec: (recipe) =>
          ({
            ...makeSpec({ code, outputs: { image: { type: "string", optional: true } } }),
            work: { type: "image", recipe: { from: image, files: [], name: own, ...recipe } },
          }) as ImageSpec,
        another: (more = {}) => open(project, { ...options, ...more }),
      };
    }

    /** A name that no other test has, in a registry that they share. */
    const ownPlace = (): string => `${registry.address}/test-${process.pid}-${grounds++}`;

    async function made({ platform, reports }: Ground, spec: ImageSpec): Promise<string> {
      await platform.start(spec);
      const { evidence, outputs } = await reports.ended(spec.id);
      expect(evidence).toMatchObject({ completed: true });
      return (outputs["image"] as { value: string }).value;
    }

    async function failure({ platform, reports }: Ground, spec: ImageSpec) {
      await platform.start(spec);
      const { evidence, outputs } = await reports.ended(spec.id);
      expect(evidence.completed).toBe(false);
      expect(outputs).toEqual({});
      return evidence;
    }

    const packaged = (version: string) => ({
      "requirements.txt": `--no-index\n./wheels/own-${version}-py3-none-any.whl\n`,
      [`wheels/own-${version}-py3-none-any.whl`]: wheelOf("own", version),
      "src/code.py": "x = 1\n",
    });
    const recipe = { from: pipImage, requirements: "requirements.txt", files: ["wheels", "src"] };

    it("builds packages and files in, pushes, and yields a digest that a container runs by", async () => {
      const ground = await begin(packaged("1.5"), { registry: ownPlace() });
      const spec = ground.spec(recipe);
      const image = await made(ground, spec);
      expect(image).toMatch(/^127\.0\.0\.1:\d+\/test-[0-9-]+\/test-\d+@sha256:[0-9a-f]{64}$/);
      expect(await ground.logOf(spec)).toMatch(/Successfully installed own-1\.5[^]*pushing /);
      const script =
        "import own, os; print(own.VERSION, os.path.exists('/app/src/code.py'), os.path.exists('/app/wheels'))";
      const use = { ...shellOf(spec, ["python3", "-c", script]), image };
      await ground.platform.start(use);
      expect((await ground.reports.ended(use.id)).evidence).toMatchObject({ completed: true, image });
      expect(await textsOf(ground.platform.logs(use.id))).toEqual(["1.5 True True"]);
    });

    it("builds a content once: the engine has it, then the registry has it, then another content is another image", async () => {
      const ground = await begin(packaged("2.0"));
      const id = await made(ground, ground.spec(recipe));
      expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
      const again = ground.spec(recipe);
      expect(await made(ground, again)).toBe(id);
      expect(await ground.logOf(again)).toMatch(/is in the Docker engine already: nothing is built/);

      const kept = await ground.another({ registry: ownPlace() });
      const pinned = await made(kept, kept.spec(recipe));
      const third = kept.spec(recipe);
      expect(await made(kept, third)).toBe(pinned);
      expect(await kept.logOf(third)).toMatch(/^\S+ is in the registry already: nothing is built$/);

      writeFileSync(join(dirname(ground.directory), "src/code.py"), "x = 2\n");
      const changed = await ground.another();
      const spec = changed.spec(recipe);
      expect(await made(changed, spec)).not.toBe(id);
      // What the requirements do not name comes after them.
      expect(await changed.logOf(spec)).not.toMatch(/Successfully installed/);
    });

    it("one that was built in an engine and is gone from it is asked for again", async () => {
      const ground = await begin({ "a.txt": "gone" });
      const spec = ground.spec({ files: ["a.txt"] });
      const image = await made(ground, spec);
      await removeImages();
      const use = { ...shellOf(spec, ["true"]), image };
      await ground.platform.start(use);
      expect((await ground.reports.ended(use.id)).evidence.config?.message).toMatch(/restart the step that builds it/);
    });

    it("two who want the same at the same time have it built once", async () => {
      const ground = await begin({ "a.txt": "both" });
      const [one, two] = [ground.spec({ files: ["a.txt"] }), ground.spec({ files: ["a.txt"] })];
      expect(await Promise.all([made(ground, one), made(ground, two)])).toSatisfy(([a, b]) => a === b);
      const logs = await Promise.all([ground.logOf(one), ground.logOf(two)]);
      expect(logs.filter((log) => log.includes("nothing is built"))).toHaveLength(1);
    });

    it("lets only those keep an image in a guarded registry whom Docker's configuration knows, and tells their password to nobody", async () => {
      const config = temporaryFolder();
      const place = `${guarded.address}/team`;
      const ground = await begin({ "a.txt": "guarded" }, { registry: place, logins: dockerLogins(config) });
      const order = { files: ["a.txt"] };
      expect((await failure(ground, ground.spec(order))).config?.message).toMatch(
        /does not let us keep .*: .*; log in as somebody who may: docker login 127\.0\.0\.1:\d+$/,
      );

      const login = (password: string): void => {
        const auth = Buffer.from(`${keeper.username}:${password}`).toString("base64");
        writeFileSync(join(config, "config.json"), JSON.stringify({ auths: { [guarded.address]: { auth } } }));
      };
      login("wrong");
      expect((await failure(ground, ground.spec(order))).config?.message).toMatch(/unauthorized/);

      login(keeper.password);
      const spec = ground.spec(order);
      const image = await made(ground, spec);
      await removeImages();
      const use = { ...shellOf(spec, ["cat", "/app/a.txt"]), image };
      await ground.platform.start(use);
      expect((await ground.reports.ended(use.id)).evidence).toMatchObject({ completed: true, image });

      await removeImages();
      const stranger = await ground.another({ logins: noLogins });
      const refused = { ...shellOf(spec, ["true"]), image };
      await stranger.platform.start(refused);
      expect((await stranger.reports.ended(refused.id)).evidence.config?.message).toMatch(
        /no basic auth credentials.*docker login 127/,
      );
      const attempts = join(ground.directory, "attempts");
      const written = readdirSync(attempts, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
      expect(written.length).toBeGreaterThan(5);
      for (const text of [...written, JSON.stringify(ground.reports.all)]) {
        expect(text).not.toContain(keeper.password);
        expect(text).not.toContain(Buffer.from(`${keeper.username}:${keeper.password}`).toString("base64"));
      }
    });

    it.each([
      ["an image that is nowhere", { from: "127.0.0.1:15080/no/such:1" }, /begins with, cannot be pulled: .*not found/],
      ["a base without pip", { requirements: "r.txt" }, /has no pip/],
      [
        "a file that is not in the snapshot",
        { files: ["none.txt"] },
        /none\.txt is to be in an image, and is not among/,
      ],
    ])("says of %s what is wrong, and does not try again", async (_, more, message) => {
      const ground = await begin({ "r.txt": "six\n" });
      expect((await failure(ground, ground.spec(more))).config?.message).toMatch(message);
    });

    it("says what a command of the build printed when it failed", async () => {
      const ground = await begin({ "r.txt": "--no-index\nno-such-package==1\n" });
      const spec = ground.spec({ from: pipImage, requirements: "r.txt" });
      const { error } = await failure(ground, spec);
      expect(error).toMatchObject({ type: "IMAGE_FAILED", message: expect.stringContaining("no-such-package") });
    });

    it("takes a registry that is away for what may pass, be it that of the base or of the image", async () => {
      for (const [options, more] of [
        [{ registry: "127.0.0.1:9/team" }, {}],
        [{}, { from: "127.0.0.1:9/no/such:1" }],
      ] as const) {
        const ground = await begin({}, options);
        const evidence = await failure(ground, ground.spec(more));
        expect(evidence.config).toBeUndefined();
        expect(evidence.neverStarted).toMatch(/connection refused/);
      }
    });

    it("an engine that is away is what may pass as well", async () => {
      const ground = await begin({}, { engine: new EngineApi("unix:///nowhere/docker.sock") });
      expect((await failure(ground, ground.spec())).neverStarted).toMatch(/does not answer/);
    });

    /** Without a network to look for packages in, pip asks again and again. */
    const slow = { "r.txt": "no-such-package==1\n" };
    const builders = async (host: string): Promise<readonly { Id: string }[]> =>
      (await askDocker(host, "GET", "/containers/json")).json<{ Id: string }[]>();

    it("ends a build that is cancelled, and what ran for it; what one leaves behind is taken for disrupted", async () => {
      const engine = new Dockerd({ name: "docker-build", directory: temporaryFolder() });
      await engine.start();
      onTestFinished(() => engine.stop());
      await makePipImage(engine.host);
      const ground = await begin(slow, { engine: new EngineApi(engine.host) });
      const building = async (): Promise<ImageSpec> => {
        const spec = ground.spec({ from: pipImage, requirements: "r.txt" });
        await ground.platform.start(spec);
        await waitFor(async () => ((await builders(engine.host)).length > 0 ? true : undefined));
        return spec;
      };
      const isOver = () =>
        waitFor(
          async () => ((await builders(engine.host)).length === 0 ? true : undefined),
          () => "no container is left",
        );

      const cancelled = await building();
      await ground.platform.cancel(cancelled.id, { why: "withdraw", graceMs: 0 });
      await ground.platform.cancel(cancelled.id, { why: "cancel", graceMs: 0 });
      expect((await ground.reports.ended(cancelled.id)).evidence).toMatchObject({ endedByUs: "cancel" });
      await isOver();

      const left = await building();
      await ground.platform.close();
      await isOver();
      const next = await ground.another();
      await next.platform.adopt([left]);
      expect((await next.reports.ended(left.id)).evidence.gone).toMatch(/ended before it was done/);
      await next.platform.start(left);
      expect(next.reports.all.map(({ type }) => type)).toEqual(["ended", "ended"]);
    });
  },
);
