import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { noDocker, type RunningDocker, startDocker } from "../engines/docker.ts";
import { noKubernetes } from "../engines/kubernetes.ts";
import { noRegistry, startRegistry } from "../engines/registry.ts";
import { makePipImage, pipImage } from "../helpers/pip-image.ts";
import { takeNamespace, type TestNamespace } from "../helpers/test-namespace.ts";
import { lastLine, Project } from "./project.ts";

const missing = noDocker ?? noRegistry ?? noKubernetes ?? noWheels();

describe.skipIf(missing !== undefined)(`the flights fleet${missing === undefined ? "" : ` (${missing})`}`, () => {
  let docker: RunningDocker;
  let registry: { readonly address: string; stop(): Promise<void> };
  let namespace: TestNamespace;
  let project: Project;
  beforeAll(async () => {
    docker = await startDocker();
    registry = await startRegistry();
    namespace = await takeNamespace();
    await makePipImage(docker.host);
  }, 300_000);
  afterEach(() => project.remove());
  afterAll(async () => {
    await namespace.remove();
    await registry.stop();
    await docker.stop();
  }, 60_000);

  it("has one plan and the same values and artifacts on a laptop, in containers, in pods, and on all three in one run", async () => {
    project = flights();
    const { cluster, name } = namespace;
    project.write("kubeconfig", namespace.kubeconfig());
    const there = { host: docker.host, registry: registry.address };
    const cpus = "cpus: 4";
    const containers = `docker({ ${members(there)}, ${cpus} })`;
    const listen = `${cluster.nodeAddress}:${19_000 + (process.pid % 500)}`;
    const kubeconfig = join(project.directory, "kubeconfig");
    const place = { kubeconfig, namespace: name, listen, registry: registry.address, builder: docker.host };
    const pods = `kubernetes({ ${members(place)}, slots: 4 })`;
    project.write("flotilla.config.ts", configuration({ containers, pods }));

    const made: Record<string, unknown> = {};
    const plans = new Set<string>();
    for (const profile of ["laptop", "containers", "pods", "mixed"]) {
      plans.add((await project.json<{ hash: string }>("plan", "--select", "ci", "--profile", profile)).hash);
      const ran = lastLine(await project.flotilla("run", "--select", "ci", "--profile", profile, "--json"));
      const said = ran.state === "succeeded" ? "" : (await project.flotilla("status")).stdout;
      expect({ profile, said, ...ran }).toMatchObject({ profile, said: "", state: "succeeded" });
      made[profile] = await outputsOf(project);
    }
    expect(plans.size).toBe(1);
    expect(Object.keys(made["laptop"] as object)).toHaveLength(6);
    for (const profile of ["containers", "pods", "mixed"])
      expect({ [profile]: made[profile] }).toEqual({ [profile]: made["laptop"] });
  }, 900_000);
});

/** The example, with an image in place of its environment, and a name for where each of its steps runs. */
function flights(): Project {
  const project = new Project({}, { copyOf: "examples/flights" });
  const wheels = join(project.directory, "wheels");
  cpSync(wheelhouse(project.read("requirements.txt")), wheels, { recursive: true });
  project.write("requirements.txt", `--no-index\n--find-links wheels\n${project.read("requirements.txt")}`);
  const places: Record<string, string> = {
    extract: "data",
    features: "data",
    pooled: "cpu",
    train: "cpu",
    compare: "pages",
    report: "pages",
  };
  const text = project
    .read("pipeline.ts")
    .replace("import {", "import {\n  build,")
    .replace(
      /const learning = .*/,
      `const image = build({ from: "${pipImage}", requirements: "requirements.txt", files: ["wheels"], name: "flights" });`,
    )
    .replaceAll(", { environment: learning }", "")
    .replaceAll(/step\("(\w+)", \{/g, (declared, step: string) =>
      places[step] === undefined ? declared : `${declared}\n      on: "${places[step]}", image,`,
    );
  project.write("pipeline.ts", text.replace("  environment,\n", ""));
  return project;
}

/** What the fleet needs, for the Python of this machine: made once, in the user's cache. */
function wheelhouse(requirements: string): string {
  const version = versionOf("python3");
  const hash = createHash("sha256")
    .update(version + requirements)
    .digest("hex")
    .slice(0, 16);
  const folder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "flotilla-tests", `wheels-${hash}`);
  if (existsSync(join(folder, ".complete"))) return folder;
  mkdirSync(folder, { recursive: true });
  const list = join(folder, "requirements.txt");
  writeFileSync(list, requirements);
  execFileSync("python3", ["-m", "pip", "wheel", "--quiet", "--wheel-dir", folder, "-r", list], { stdio: "inherit" });
  writeFileSync(join(folder, ".complete"), "");
  return folder;
}

function versionOf(python: string): string {
  return execFileSync(python, ["-c", "import sys; print(*sys.version_info[:2], sep='.')"], { encoding: "utf8" }).trim();
}

/** The image has the Python of the system's packages. */
function noWheels(): string | undefined {
  const [own, theirs] = [versionOf("python3"), versionOf("/usr/bin/python3")];
  return own === theirs ? undefined : `wheels for Python ${own} do not fit an image with ${theirs}`;
}

function members(options: Readonly<Record<string, string>>): string {
  return Object.entries(options)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(", ");
}

function configuration({ containers, pods }: { readonly containers: string; readonly pods: string }): string {
  const profile = (data: string, cpu: string, pages: string): string =>
    `{ platforms: { data: ${data}, cpu: ${cpu}, pages: ${pages} } }`;
  return `import { config, docker, kubernetes, local } from "flotilla";
export default config({
  profiles: {
    laptop: ${profile("local()", "local()", "local()")},
    containers: ${profile(containers, containers, containers)},
    pods: ${profile(pods, pods, pods)},
    mixed: ${profile("local()", pods, containers)},
  },
});
`;
}

/** By task: values, and the digests of files and folders. */
async function outputsOf(project: Project): Promise<Record<string, unknown>> {
  const tasks = await project.json<{ ref: string; step: string; outputs?: unknown }[]>("tasks");
  const own = tasks.filter(({ step }) => !step.startsWith("image-"));
  return Object.fromEntries(own.map(({ ref, outputs }) => [ref, outputs]));
}
