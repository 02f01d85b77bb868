import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { ledgerPython } from "./ledger.ts";
import { finished, isAlive, lastLine, Project, until } from "./project.ts";

let project: Project;
afterEach(() => project.remove());

const pipeline = `
import { number, pipeline, python, scenarios } from "flotilla";
export default pipeline("shared", { scenarios: scenarios.product({ n: Array.from({ length: 40 }, (_, i) => i) }) }, ({ step }) => {
  step("train", { by: ["n"], run: python("work:train"), outputs: { score: number() } });
});
`;
const work = `
def train(n):
    note("start")
    time.sleep(0.1)
    print(f"trained {n}", flush=True)
    note("end")
    return n
`;

/** The largest number of tasks that ran at once, by their own account. */
function mostAtOnce(): number {
  let running = 0;
  let most = 0;
  for (const { event } of project.ledger().toSorted((a, b) => a.at - b.at || a.event.localeCompare(b.event))) {
    running += event === "start" ? 1 : -1;
    most = Math.max(most, running);
  }
  return most;
}

it("lets two runs and some lookers share one project, and promises no CPU twice", async () => {
  project = new Project({ "pipeline.ts": pipeline });
  project.write("work.py", ledgerPython(project) + work);
  const runs = [project.start("run", "--json", "--cpus", "2"), project.start("run", "--json", "--cpus", "2")];
  const results = runs.map((run) => finished(run));
  await until(() => project.ledger().length > 0, "tasks run");
  const looks = await Promise.all([
    project.flotilla("status"),
    project.flotilla("runs"),
    project.flotilla("tasks"),
    project.flotilla("logs"),
  ]);
  expect(looks.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  for (const result of results)
    expect(lastLine(await result)).toMatchObject({ state: "succeeded", tasks: { succeeded: 40 } });
  expect(project.ledger()).toHaveLength(160);
  expect(mostAtOnce()).toBeLessThanOrEqual(2);
  await until(
    () => !project.has(".flotilla/postgres/data/postmaster.pid"),
    "the embedded server has stopped with its last user",
  );
}, 180_000);

it("goes on when the warm parent dies", async () => {
  project = new Project({ "pipeline.ts": pipeline });
  project.write("work.py", ledgerPython(project) + work);
  const run = project.start("run", "--json", "--cpus", "2");
  const result = finished(run);
  await until(() => project.ledger().length > 6, "some tasks have run");
  for (const pid of warmParents(run.pid!)) process.kill(pid, "SIGKILL");
  expect(lastLine(await result)).toMatchObject({ state: "succeeded", tasks: { succeeded: 40 } });
  const ended = project.ledger().filter(({ event }) => event === "end");
  expect(ended).toHaveLength(40);
}, 120_000);

it("follows the logs of all tasks while they run, with their keys in front", async () => {
  project = new Project({ "pipeline.ts": pipeline });
  project.write("work.py", ledgerPython(project) + work);
  expect((await project.flotilla("run", "--detach")).code).toBe(0);
  const followed = await project.flotilla("logs", "-f");
  for (let n = 0; n < 40; n++) expect(followed.stdout).toMatch(new RegExp(`train\\[n=${n}\\].*trained ${n}`));
}, 120_000);

/** The children of a process that serve attempts. */
function warmParents(engine: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = Number(
          readFileSync(join("/proc", String(pid), "stat"), "utf8")
            .split(") ")[1]!
            .split(" ")[1],
        );
        return (
          parent === engine &&
          readFileSync(join("/proc", String(pid), "cmdline"), "utf8").includes("flotilla_runner") &&
          isAlive(pid)
        );
      } catch {
        return false;
      }
    });
}
