import { afterEach, describe, expect, it } from "vitest";
import { Project, until } from "./project.ts";

let project: Project;
afterEach(() => project.remove());

const pipelineOn = (on: string, more = ""): string => `
import { pipeline, scenarios, shell } from "flotilla";
export default pipeline("placed", { scenarios: scenarios.product({ n: [1, 2, 3, 4] }) }, ({ step }) => {
  const account = { LEDGER: import.meta.dirname + "/ledger" };
  const work = shell.script("echo begins >> $LEDGER; sleep 0.2; echo ends >> $LEDGER", { env: account });
  step("work", { by: ["n"], run: work, on: "${on}", resources: { cpu: 0.1 } ${more} });
});
`;

const configOf = (profiles: string): string => `
import { config, docker, kubernetes, local } from "flotilla";
export default config({ profiles: { ${profiles} } });
`;

interface Document {
  readonly hash: string;
  readonly profile: string;
  readonly places: Readonly<Record<string, { readonly on: string; readonly type: string; readonly image?: string }>>;
}
interface Refusal {
  readonly error: { readonly code: string; readonly message: string; readonly mend: string; readonly place: object };
}

/** The most tasks that were at work at one time, by their own account, which is then begun anew. */
function mostAtOnce(): number {
  let [now, most] = [0, 0];
  for (const line of project.read("ledger").trim().split("\n"))
    most = Math.max(most, (now += line === "begins" ? 1 : -1));
  project.delete("ledger");
  return most;
}

describe("without a configuration", () => {
  it("a step on any name runs on a laptop and in CI, and the plan says where", async () => {
    project = new Project({ "pipeline.ts": pipelineOn("cpu") });
    expect((await project.flotilla("plan")).stdout).toContain("cpu (local)");
    const planned = await project.json<Document>("plan", "--profile", "ci");
    expect(planned).toMatchObject({ profile: "ci", places: { work: { on: "cpu", type: "local" } } });
    expect(await project.flotilla("run")).toMatchObject({ code: 0 });
    expect(await project.flotilla("run", "--profile", "ci")).toMatchObject({ code: 0 });
  });

  it("in production a name that is not bound is refused, with its place, the names and the mend", async () => {
    project = new Project({ "pipeline.ts": pipelineOn("cpu") });
    const { error } = await project.json<Refusal>("plan", "--profile", "production");
    expect(error).toMatchObject({ code: "STEP_INVALID", place: { step: "work", line: 6 } });
    expect(error.message).toContain("no platform of the profile production");
    expect(error.mend).toMatch(/there is local\..*profiles\.production\.platforms\.cpu/);
  });
});

describe("with a configuration", () => {
  it("the slots of a name are never exceeded", async () => {
    project = new Project({
      "pipeline.ts": pipelineOn("io"),
      "flotilla.config.ts": configOf("laptop: { platforms: { io: local({ slots: 1 }) } }"),
    });
    expect(await project.flotilla("run", "--cpus", "4")).toMatchObject({ code: 0 });
    expect(mostAtOnce()).toBe(1);
    expect(await project.flotilla("run", "--cpus", "4", "--profile", "ci")).toMatchObject({ code: 0 });
    expect(mostAtOnce()).toBeGreaterThan(1);
  });

  it("an engine in the background goes by the profile of the command", async () => {
    project = new Project({
      "pipeline.ts": pipelineOn("io"),
      "flotilla.config.ts": configOf("mine: { platforms: { io: local({ slots: 1 }) } }"),
    });
    expect(await project.flotilla("run", "--detach", "--profile", "mine")).toMatchObject({ code: 0 });
    expect(await project.flotilla("status", "--watch")).toMatchObject({ code: 0 });
    expect(mostAtOnce()).toBe(1);
  });

  it("a run remembers its profile: who goes on with it need not name it, and an engine of another leaves it alone", async () => {
    project = new Project({
      "pipeline.ts": pipelineOn("io"),
      "flotilla.config.ts": configOf("mine: { platforms: { io: local({ slots: 1 }) } }"),
    });
    const run = project.start("run", "--profile", "mine");
    await until(() => project.has("ledger"), "the first task is at work");
    run.kill("SIGKILL");
    // It takes whatever nobody drives, and ends when there is nothing: of the usual profile, there is nothing.
    expect(await project.flotilla("engine")).toMatchObject({ code: 0 });
    expect(await project.json("status")).toMatchObject({ state: "running", driven: false, profile: "mine" });
    expect(await project.flotilla("resume")).toMatchObject({ code: 0 });
    expect(mostAtOnce()).toBe(1);
  });

  it("the plan is the same with every profile, and says where each step would run", async () => {
    project = new Project({
      "pipeline.ts": pipelineOn("cpu"),
      "flotilla.config.ts": configOf(
        `laptop: { platforms: { cpu: local() } }, mine: { platforms: { cpu: docker({ image: "python:3.12" }) } }`,
      ),
    });
    const laptop = await project.json<Document>("plan");
    const mine = await project.json<Document>("plan", "--profile", "mine");
    expect(mine.hash).toBe(laptop.hash);
    expect(laptop.places["work"]).toEqual({ on: "cpu", type: "local" });
    expect(mine.places["work"]).toEqual({ on: "cpu", type: "docker", image: "python:3.12" });
    expect((await project.flotilla("plan", "--profile", "mine")).stdout).toContain("cpu (docker python:3.12)");
  });

  it("the image of a step wins over that of its platform, and is part of the plan", async () => {
    project = new Project({
      "pipeline.ts": pipelineOn("cpu", `, image: "debian:12"`),
      "flotilla.config.ts": configOf(`laptop: { platforms: { cpu: docker({ image: "python:3.12" }) } }`),
    });
    const own = await project.json<Document>("plan");
    expect(own.places["work"]).toEqual({ on: "cpu", type: "docker", image: "debian:12" });
    project.write("pipeline.ts", pipelineOn("cpu"));
    expect((await project.json<Document>("plan")).hash).not.toBe(own.hash);
  });

  it.each([
    [`docker({ image: "python:3.12", hosts: ["tcp://127.0.0.1:1", "tcp://127.0.0.1:2"] })`, 3, "does not answer"],
    [`docker({ image: "python:3.12", host: "ssh://nowhere.invalid" })`, 3, "Could not resolve hostname"],
    [`kubernetes({ image: "python:3.12", kubeconfig: "/nowhere" })`, 3, "/nowhere"],
    [`docker({ image: "python:3.12", host: "unix:///nowhere.sock" })`, 3, "does not answer"],
  ])(
    "a platform that cannot be had, %s, is refused before a run is stored, and told by the doctor",
    async (binding, code, why) => {
      project = new Project({
        "pipeline.ts": pipelineOn("gpu"),
        "flotilla.config.ts": configOf(`laptop: { platforms: { gpu: ${binding} } }`),
      });
      expect(await project.flotilla("run")).toMatchObject({ code, stderr: expect.stringContaining(why) });
      expect(project.has(".flotilla")).toBe(false);
      const found = await project.flotilla("doctor");
      expect(found).toMatchObject({ code: 3, stdout: expect.stringMatching(`✗ platform gpu .*${why}`) });
    },
  );

  it("what is wrong with it is told with its line, by whatever command needs it", async () => {
    project = new Project({
      "pipeline.ts": pipelineOn("cpu"),
      "flotilla.config.ts": configOf("laptop: { platforms: { cpu: local({ slots: 0 }) } }"),
    });
    for (const command of ["plan", "run", "up"]) {
      const { error } = await project.json<Refusal>(command);
      expect(error).toMatchObject({ code: "CONFIG_INVALID", place: { line: 3 } });
      expect(error.message).toContain("profiles.laptop.platforms.cpu.slots");
    }
  });

  it("a profile that there is not is refused with those that there are", async () => {
    project = new Project({
      "pipeline.ts": pipelineOn("cpu"),
      "flotilla.config.ts": configOf("staging: { platforms: { cpu: local() } }"),
    });
    const { error } = await project.json<Refusal>("run", "--profile", "stagin");
    expect(error).toMatchObject({ code: "PROFILE_UNKNOWN" });
    expect(error.mend).toMatch(/laptop, ci, production, staging.*Did you mean "staging"/s);
  });
});
