import { afterEach, expect, it } from "vitest";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { onEachPlace } from "./places.ts";
import { finished, lastLine, type Project, until } from "./project.ts";

let project: Project;
afterEach(() => project.remove());

const pipeline = `
import { pipeline, python, scenarios } from "flotilla";
export default pipeline("stubborn", { scenarios: scenarios.product({ n: [1, 2] }) }, ({ step }) => {
  step("hold", { on: "cpu", by: ["n"], run: python("work:hold") });
});
`;
/** A child, and a grandchild that has left the session and ignores SIGTERM. */
const work = (directory: string): string => `
import os, signal, subprocess, sys, time
def hold(n):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            open(f"${directory}/grandchild-{n}", "w").write(str(os.getpid()))
            time.sleep(600)
        os._exit(0)
    open(f"${directory}/child-{n}", "w").write(str(os.getpid()))
    time.sleep(600)
`;

function pids(): number[] {
  return readdirSync(project.directory)
    .filter((name) => /^(grand)?child-/.test(name))
    .map((name) => Number(project.read(name)))
    .filter((pid) => pid > 0);
}

onEachPlace((place) => {
  it("ends every process of a cancelled run, the ones that hide and ignore too", async () => {
    project = place.project({ "pipeline.ts": pipeline });
    project.write("work.py", work(join(project.directory)));
    const run = project.start("run", "--json", "--grace", "1s");
    const result = finished(run);
    await until(() => pids().length === 4, "both tasks and their grandchildren run");
    expect(await place.atWork(project)).not.toEqual([]);
    run.kill("SIGINT");
    const ended = await result;
    expect(ended.code).toBe(130);
    expect(lastLine(ended)).toMatchObject({ state: "cancelled", tasks: { cancelled: 2 } });
    expect(await place.atWork(project)).toEqual([]);
  }, 120_000);

  it("lets one command cancel what another one runs", async () => {
    project = place.project({ "pipeline.ts": pipeline });
    project.write(
      "work.py",
      work(join(project.directory)).replaceAll("signal.signal(signal.SIGTERM, signal.SIG_IGN)", "pass"),
    );
    const run = project.start("run", "--json");
    const result = finished(run);
    await until(() => pids().length === 4, "both tasks run");
    const status = await project.json<{ state: string }>("status");
    expect(status.state).toBe("running");
    const cancelled = await project.flotilla("cancel");
    expect(cancelled.code).toBe(0);
    expect(lastLine(await result)).toMatchObject({ state: "cancelled" });
    expect(await place.atWork(project)).toEqual([]);
  }, 120_000);
});
