import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { noDocker, type RunningDocker, startDocker } from "../engines/docker.ts";
import { askDocker } from "../engines/docker-api.ts";
import { noKubernetes } from "../engines/kubernetes.ts";
import { noRegistry, startRegistry } from "../engines/registry.ts";
import { makePipImage, pipImage, wheelOf } from "../helpers/pip-image.ts";
import { takeNamespace, type TestNamespace } from "../helpers/test-namespace.ts";
import { Project } from "./project.ts";

const own = `e2e-${process.pid}`;
const pipeline = `
import { build, pipeline, python, string } from "flotilla";

const image = build({ from: "${pipImage}", requirements: "requirements.txt", files: ["wheels"], name: "${own}" });

export default pipeline("imaged", {}, ({ step }) => {
  const first = step("first", { run: python("work:version"), image, on: "cpu", outputs: { version: string(), place: string() } });
  step("second", { run: python("work:version"), image, on: "cpu", after: first, outputs: { version: string(), place: string() } });
});
`;
const files = {
  "pipeline.ts": pipeline,
  "work.py": "import own, sys\n\ndef version():\n    return {'version': own.VERSION, 'place': sys.prefix}\n",
};

interface Shown {
  readonly outputs: Readonly<Record<string, { readonly value: string | null }>>;
  readonly attempts: readonly { readonly image?: string }[];
}

let project: Project;
afterEach(() => project.remove());

/** A project whose packages come from a wheel of its own, with these bindings of `cpu` by profile. */
function imaged(version: string, bindings: Readonly<Record<string, string>>): Project {
  const made = new Project(files);
  made.write("wheels/.keep", "");
  writeFileSync(join(made.directory, `wheels/own-${version}-py3-none-any.whl`), wheelOf("own", version));
  made.write("requirements.txt", `--no-index\n--find-links wheels\nown==${version}\n`);
  const profiles = Object.entries(bindings).map(([name, cpu]) => `${name}: { platforms: { cpu: ${cpu} } }`);
  made.write(
    "flotilla.config.ts",
    `import { config, docker, kubernetes, local } from "flotilla";\nexport default config({ profiles: { ${profiles.join(", ")} } });\n`,
  );
  return made;
}

const shown = (task: string): Promise<Shown> => project.json<Shown>("show", task);

it("is a venv of the same packages where there are no containers, and the plan is the same everywhere", async () => {
  project = imaged("1.0", {
    laptop: "local()",
    containers: "docker({})",
    cluster: 'kubernetes({ registry: "registry.example/team" })',
    lacking: "kubernetes({})",
  });
  const hashOf = async (profile: string): Promise<string> =>
    (await project.json<{ hash: string }>("plan", "--profile", profile)).hash;
  const hash = await hashOf("laptop");
  expect(await hashOf("containers")).toBe(hash);
  expect(await hashOf("cluster")).toBe(hash);
  expect((await project.flotilla("plan", "--profile", "containers")).stdout).toMatch(
    new RegExp(`image-${own}[^]*cpu \\(docker image-${own}\\)`),
  );
  const { error } = await project.json<{ error: object }>("plan", "--profile", "lacking");
  expect(error).toMatchObject({
    code: "STEP_INVALID",
    message: expect.stringMatching(/first runs on cpu \(kubernetes\) in an image .* no registry/),
    mend: expect.stringContaining("kubernetes({ registry:"),
  });

  const ran = await project.flotilla("run");
  expect(ran).toMatchObject({ code: 0 });
  const { outputs, attempts } = await shown("second");
  expect(outputs["version"]!.value).toBe("1.0");
  expect(outputs["place"]!.value).toContain(join(project.directory, ".flotilla/environments"));
  expect(attempts[0]).not.toHaveProperty("image");
  expect((await shown(`image-${own}`)).outputs["image"]!.value).toBeNull();
}, 120_000);

const missing = noDocker ?? noRegistry;
describe.skipIf(missing !== undefined)(`with real engines${missing === undefined ? "" : ` (${missing})`}`, () => {
  let docker: RunningDocker;
  let registry: { readonly address: string; stop(): Promise<void> };
  beforeAll(async () => {
    docker = await startDocker();
    registry = await startRegistry();
    await makePipImage(docker.host);
  }, 300_000);
  afterAll(async () => {
    const filters = encodeURIComponent(JSON.stringify({ label: [`dev.flotilla.image=${own}`] }));
    const made = await askDocker(docker.host, "GET", `/images/json?filters=${filters}`);
    for (const { Id } of made.json<{ Id: string }[]>()) await askDocker(docker.host, "DELETE", `/images/${Id}?force=1`);
    await registry.stop();
    await docker.stop();
  }, 60_000);

  /** The image of a run and that of its tasks are one; what the second run did is in the log of its builder. */
  async function expectBuiltOnce(version: string, image: RegExp): Promise<void> {
    const first = await project.flotilla("run");
    expect({ ...first, stdout: "" }).toMatchObject({ code: 0 });
    const pinned = (await shown(`image-${own}`)).outputs["image"]!.value!;
    expect(pinned).toMatch(image);
    for (const task of ["first", "second"]) {
      const { outputs, attempts } = await shown(task);
      expect(outputs["version"]!.value).toBe(version);
      expect(outputs["place"]!.value).toBe("/usr");
      expect(attempts.map((attempt) => attempt.image)).toEqual([pinned]);
    }
    expect((await project.flotilla("show", "first")).stdout).toContain(`in ${pinned}`);
    expect((await project.flotilla("logs", `image-${own}`)).stdout).toContain(`Successfully installed own-${version}`);

    expect(await project.flotilla("run")).toMatchObject({ code: 0 });
    expect((await project.flotilla("logs", `image-${own}`)).stdout).toMatch(/already: nothing is built/);
    expect((await shown(`image-${own}`)).outputs["image"]!.value).toBe(pinned);
  }

  it("is built once in a Docker engine, and pinned by its id", async () => {
    const { host } = docker;
    project = imaged("1.1", { laptop: `docker(${JSON.stringify({ host, buildNetwork: "none" })})` });
    await expectBuiltOnce("1.1", /^sha256:[0-9a-f]{64}$/);
  }, 180_000);

  it("is kept in a registry, and pinned by its digest there", async () => {
    const options = { host: docker.host, buildNetwork: "none", registry: `${registry.address}/${own}` };
    project = imaged("1.2", { laptop: `docker(${JSON.stringify(options)})` });
    await expectBuiltOnce("1.2", new RegExp(`^${registry.address}/${own}/${own}@sha256:[0-9a-f]{64}$`));
  }, 180_000);

  it("mends with the requirements when what failed is restarted", async () => {
    const { host } = docker;
    project = imaged("1.3", { laptop: `docker(${JSON.stringify({ host, buildNetwork: "none" })})` });
    project.write("requirements.txt", "--no-index\nno-such-package==1\n");
    expect(await project.flotilla("run")).toMatchObject({ code: 1 });
    expect((await project.flotilla("show", `image-${own}`)).stdout).toMatch(/IMAGE_FAILED: [^]*no-such-package/);
    project.write("requirements.txt", "--no-index\n--find-links wheels\nown==1.3\n");
    expect(await project.flotilla("restart")).toMatchObject({ code: 0 });
    expect((await shown("second")).outputs["version"]!.value).toBe("1.3");
  }, 180_000);

  describe.skipIf(noKubernetes !== undefined)(
    `in pods${noKubernetes === undefined ? "" : ` (${noKubernetes})`}`,
    () => {
      let namespace: TestNamespace;
      beforeAll(async () => {
        namespace = await takeNamespace();
      }, 120_000);
      afterAll(() => namespace.remove(), 60_000);

      it("is built by a Docker engine, kept in a registry, and pulled by its digest", async () => {
        const { cluster, name } = namespace;
        const options = {
          kubeconfig: "kubeconfig",
          namespace: name,
          slots: 2,
          listen: `${cluster.nodeAddress}:${30_000 + (process.pid % 2000)}`,
          builder: docker.host,
          buildNetwork: "none",
          registry: `${registry.address}/${own}`,
        };
        project = imaged("1.4", { laptop: `kubernetes(${JSON.stringify(options)})` });
        project.write("kubeconfig", namespace.kubeconfig());
        project.write(".flotillaignore", "kubeconfig\n");
        await expectBuiltOnce("1.4", new RegExp(`^${registry.address}/${own}/${own}@sha256:[0-9a-f]{64}$`));
      }, 300_000);
    },
  );
});
