import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { noDocker, type RunningDocker, startDocker } from "../../../test/engines/docker.ts";
import { projectGrounds } from "../../../test/helpers/project-ground.ts";
import { classify } from "../../core/classify.ts";
import { describeFailure } from "../../core/failure-cause.ts";
import type { Evidence } from "../../core/evidence.ts";
import type { SecretRef } from "../../core/secret-ref.ts";
import { listen, textsOf, waitFor } from "../platform-contract.ts";
import type { AttemptSpec } from "../platform.ts";
import { makeSpec } from "../test-spec.ts";
import { containerName } from "./container-spec.ts";
import { DockerPlatform, type DockerPlatformOptions } from "./docker-platform.ts";
import { EngineApi } from "./engine-api.ts";

let docker: RunningDocker;

describe.skipIf(noDocker !== undefined)(
  `what a binding says of containers${noDocker === undefined ? "" : ` (${noDocker})`}`,
  { timeout: 60_000 },
  () => {
    beforeAll(async () => {
      docker = await startDocker();
    }, 300_000);
    afterAll(() => docker.stop(), 60_000);
    const makeProject = projectGrounds();

    interface Begun {
      readonly spec: AttemptSpec;
      readonly platform: DockerPlatform;
      readonly reports: ReturnType<typeof listen>;
      readonly inspect: () => Promise<string>;
    }
    async function begin(
      argv: readonly string[],
      options: Partial<DockerPlatformOptions> = {},
      more: Partial<AttemptSpec> = {},
      files: Readonly<Record<string, string>> = {},
    ): Promise<Begun> {
      const { flotilla, artifacts, code } = await makeProject();
      for (const [name, text] of Object.entries(files)) writeFileSync(join(dirname(flotilla), name), text);
      const { host, image } = docker;
      const platform = new DockerPlatform({ directory: flotilla, artifacts, host, image, ...options });
      onTestFinished(() => platform.close());
      const reports = listen(platform);
      const spec = makeSpec({ work: { type: "shell", argv, env: {} }, code, ...more });
      onTestFinished(async () => {
        await new EngineApi(host).ask("DELETE", `/containers/${containerName(spec.id)}?force=1&v=1`);
      });
      await platform.start(spec);
      const inspect = async (): Promise<string> =>
        (await new EngineApi(host).ask("GET", `/containers/${containerName(spec.id)}/json`)).body;
      return { spec, platform, reports, inspect };
    }

    async function endOf({ spec, reports }: Begun): Promise<{ evidence: Evidence; class: string; said: string }> {
      const { evidence } = await reports.ended(spec.id);
      const path = `/containers/${containerName(spec.id)}/json`;
      const status = async (): Promise<number> => (await new EngineApi(docker.host).ask("GET", path)).status;
      expect(await waitFor(async () => ((await status()) === 404 ? true : undefined))).toBe(true);
      const verdict = classify(evidence);
      if (verdict.type !== "failed") return { evidence, class: verdict.type, said: "" };
      return { evidence, class: verdict.class, said: describeFailure(verdict.class, evidence) };
    }

    const secret = (name: string, key: string): SecretRef => ({ kind: "secret", name, key });

    it("reaches the task as variables, beside its own", async () => {
      const begun = await begin(["sh", "-c", "echo $REGION $PYTHONPATH"], {
        env: { REGION: "eu west", PYTHONPATH: "/own" },
      });
      expect((await endOf(begun)).class).toBe("succeeded");
      expect((await textsOf(begun.platform.logs(begun.spec.id)))[0]).toMatch(/^eu west .*:\/own$/);
    });

    it("gives secrets as files in memory, which nobody sees from outside, and keeps them out of the log", async () => {
      const script =
        'cat "$DB_PASSWORD_FILE"; echo; cat /run/secrets/TOKEN; grep /run/secrets /proc/mounts | cut -d" " -f3; env >&2; echo ready';
      const begun = await begin(
        ["sh", "-c", `${script}; exec sleep 600`],
        {
          secrets: { TOKEN: secret("api", "token") },
          secretSources: { api: { token: { file: "token.txt" } }, db: { password: { env: "PASSWORD" } } },
          environment: { PASSWORD: "correct-horse" },
        },
        { secrets: { DB_PASSWORD: secret("db", "password") } },
        { "token.txt": "battery-staple\n" },
      );
      const { platform, spec } = begun;
      await waitFor(async () => (await textsOf(platform.logs(spec.id))).includes("ready") || undefined);
      const inspected = await begun.inspect();
      expect(inspected).toContain("DB_PASSWORD_FILE=/run/secrets/DB_PASSWORD");
      for (const value of ["correct-horse", "battery-staple", Buffer.from("correct-horse").toString("base64")])
        expect(inspected).not.toContain(value);
      const lines = await textsOf(platform.logs(spec.id));
      expect(lines.slice(0, 3)).toEqual(["***", "***", "tmpfs"]);
      expect(lines.join("\n")).not.toMatch(/correct-horse|battery-staple/);
      await platform.cancel(spec.id, { graceMs: 5000, why: "cancel" });
      expect((await endOf(begun)).class).toBe("cancelled");
    });

    it.each([
      ["a variable that is not set", { env: "NOT_SET" }, /secret db \(password\) is to be in the variable NOT_SET/],
      ["a file that is not there", { file: "/no/such/file" }, /is to be in the file \/no\/such\/file, which cannot be/],
    ])("does not begin without a secret that is in %s", async (_title, source, said) => {
      const begun = await begin(
        ["true"],
        { secretSources: { db: { password: source } } },
        { secrets: { PASSWORD: secret("db", "password") } },
      );
      expect(await endOf(begun)).toMatchObject({ class: "config", said: expect.stringMatching(said) as string });
    });

    it("says of an engine that has no cards to give that it has none", async () => {
      const begun = await begin(["true"], { gpus: 2 }, { resources: { cpu: 1, gpu: 1 } });
      expect(begun.platform.capacity()).toMatchObject({ gpu: 2 });
      const said = expect.stringMatching(/cannot give it a GPU: .*NVIDIA Container Toolkit/) as string;
      expect(await endOf(begun)).toMatchObject({ class: "config", said });
    });

    it("says of a runtime that the engine does not know which one it is", async () => {
      const said = expect.stringContaining("no-such-runtime") as string;
      expect(await endOf(await begin(["true"], { runtime: "no-such-runtime" }))).toMatchObject({
        class: "config",
        said,
      });
    });

    it("says of a user or a network that is not there which one it is", async () => {
      const noUser = await endOf(await begin(["true"], { user: "nobody-of-this-name" }));
      expect(noUser).toMatchObject({ class: "config", said: expect.stringContaining("nobody-of-this-name") as string });
      const noNetwork = await endOf(await begin(["true"], { network: "no-such-network" }));
      expect(noNetwork).toMatchObject({ class: "config", said: expect.stringContaining("no-such-network") as string });
    });

    it("holds a task that forks without end, and leaves nothing of it", async () => {
      // Its children sleep: the limit of processes is reached without wearing the machine out.
      const begun = await begin(["sh", "-c", "while true; do sleep 600 & done"]);
      expect((await endOf(begun)).class).toBe("user");
    });
  },
);
