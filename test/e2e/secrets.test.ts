import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { noDocker, type RunningDocker, startDocker } from "../engines/docker.ts";
import { finished, Project } from "./project.ts";

const password = "correct-horse-battery";
const token = "staple/of+long=words";
const forms = [password, token].flatMap((value) => [
  value,
  Buffer.from(value).toString("base64"),
  encodeURIComponent(value),
]);

const pipeline = `
import { pipeline, python, scenarios, secret } from "flotilla";
export default pipeline("secretive", { scenarios: scenarios.product({ n: [1, 2] }) }, ({ step }) => {
  step("leak", { by: ["n"], run: python("leaks:leak"), on: "cpu", secrets: { PASSWORD: secret("db", "password") } });
});
`;
const leaks = `
import base64, os, sys, time
from urllib.parse import quote

def leak(n):
    password = open(os.environ["PASSWORD_FILE"]).read()
    token = open("/run/secrets/TOKEN").read()
    for text in (password, token):
        print("raw", text)
        print("base64", base64.b64encode(text.encode()).decode())
        print("quoted", quote(text, safe=""), file=sys.stderr)
        for letter in text:
            sys.stdout.write(letter)
            sys.stdout.flush()
        print()
    if n == 2:
        raise ValueError(f"denied to {password}")
`;

/** Which files below a folder have one of these texts in them; the store's are among them. */
function filesWith(folder: string, texts: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => {
      const content = readFileSync(path);
      return texts.some((text) => content.includes(text));
    });
}

describe.skipIf(noDocker !== undefined)(
  `secrets of a run in containers${noDocker === undefined ? "" : ` (${noDocker})`}`,
  () => {
    let docker: RunningDocker;
    let project: Project;
    const tokenFile = join(tmpdir(), `flotilla-token-${process.pid}`);
    beforeAll(async () => {
      docker = await startDocker();
      writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 });
    }, 300_000);
    afterEach(() => project.remove());
    afterAll(async () => {
      rmSync(tokenFile, { force: true });
      await docker.stop();
    }, 60_000);

    it("reach its tasks, and are nowhere else: in no log, no error, no file of the project, no answer", async () => {
      const { host, image } = docker;
      const binding = {
        host,
        image,
        secretSources: { db: { password: { env: "E2E_PASSWORD" } }, api: { token: { file: tokenFile } } },
      };
      project = new Project({
        "pipeline.ts": pipeline,
        "leaks.py": leaks,
        "flotilla.config.ts": `import { config, docker, secret } from "flotilla";
          const platforms = { cpu: docker({ ...${JSON.stringify(binding)}, secrets: { TOKEN: secret("api", "token") } }) };
          export default config({ profiles: { laptop: { platforms } } });`,
      });
      const run = await finished(project.startWith({ E2E_PASSWORD: password }, "run"));
      expect(run.code).toBe(1);
      const shown = await project.flotilla("show", "leak[n=2]");
      expect(shown.stdout).toContain("ValueError: denied to ***");
      const logs = await project.flotilla("logs", "leak[n=1]");
      expect(logs.stdout.split("\n").filter((line) => line.includes("***"))).toHaveLength(8);
      const answers = [run, shown, logs, await project.flotilla("show", "leak[n=2]", "--json")];
      for (const { stdout, stderr } of answers) for (const form of forms) expect(stdout + stderr).not.toContain(form);
      expect(filesWith(project.directory, forms)).toEqual([]);
    });

    it("that are missing where the engine runs end a task at once, in words", async () => {
      const { host, image } = docker;
      const binding = { host, image, secretSources: { db: { password: { env: "E2E_NOT_SET" } } } };
      project = new Project({
        "pipeline.ts": pipeline,
        "leaks.py": leaks,
        "flotilla.config.ts": `import { config, docker } from "flotilla";
          export default config({ profiles: { laptop: { platforms: { cpu: docker(${JSON.stringify(binding)}) } } } });`,
      });
      expect((await project.flotilla("run")).code).toBe(1);
      const { stdout } = await project.flotilla("show", "leak[n=1]");
      expect(stdout).toContain("the secret db (password) is to be in the variable E2E_NOT_SET, which is not set");
      expect(stdout).toContain("config");
    });
  },
);
