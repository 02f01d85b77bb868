import { existsSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterEach, expect, it } from "vitest";
import { openTestStore } from "../../src/store/test-database.ts";
import { finished, lastLine, Project, until } from "./project.ts";

let project: Project;
afterEach(() => project.remove());

const pipeline = `
import { number, pipeline, python } from "flotilla";
export default pipeline("poisoned", {}, ({ step }) => {
  const first = step("first", { run: python("work:first"), outputs: { n: number() } });
  step("second", { run: python("work:second"), inputs: { n: first.outputs.n }, outputs: { n: number() } });
});
`;

it("quarantines a run whose rows no engine can read, says so, and goes on with it when asked", async () => {
  const server = await openTestStore();
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    project = new Project({ "pipeline.ts": pipeline });
    const [waiting, go] = ["waiting", "go"].map((name) => join(project.directory, name));
    project.write(
      "work.py",
      `import os, time
def first():
    return 1
def second(n):
    open(${JSON.stringify(waiting)}, "w").close()
    while not os.path.exists(${JSON.stringify(go)}):
        time.sleep(0.02)
    return n + 1
`,
    );
    const database = ["--database", server.url];
    const engine = project.start("run", ...database);
    await until(() => existsSync(waiting!), "the second task runs");
    engine.kill("SIGKILL");
    await finished(engine);
    await client.query(
      `insert into flotilla.task (run_id, step, task, version, attempts, state, ref, why)
       select id, 99, 0, 1, 1, 'failed', 'nobody', '' from flotilla.run`,
    );

    const resumed = await project.flotilla("resume", ...database);
    expect(resumed.code).toBe(4);
    expect(resumed.stderr).toMatch(/quarantined after 3 faults of Flotilla, the last: TypeError.*flotilla resume/s);
    const status = await project.flotilla("status", ...database);
    expect(status.stdout).toMatch(/paused.*quarantined after 3 faults of Flotilla.*flotilla resume/s);
    expect(await project.json("status", ...database)).toMatchObject({ state: "paused", quarantined: true });

    await client.query("delete from flotilla.task where step = 99");
    project.write("go", "");
    const ended = await project.flotilla("resume", "--json", ...database);
    expect(ended.code).toBe(0);
    expect(lastLine(ended)).toMatchObject({ state: "succeeded", tasks: { total: 2, succeeded: 2 } });
    const [second] = await project.json<{ attempts: number }[]>("tasks", "--step", "second", ...database);
    expect(second!.attempts, "the task that went on during the quarantine was run again").toBe(1);
  } finally {
    await client.end();
    await server.close();
  }
}, 60_000);
