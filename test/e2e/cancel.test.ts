import { afterEach, expect, it } from "vitest";
import { ledgerPython } from "./ledger.ts";
import { onEachPlace } from "./places.ts";
import { finished, lastLine, type Project, until } from "./project.ts";

let project: Project;
afterEach(() => project.remove());

const pipeline = `
import { pipeline, python, scenarios } from "flotilla";
export default pipeline("stubborn", { scenarios: scenarios.product({ n: [1, 2] }) }, ({ step }) => {
  step("hold", { on: "cpu", by: ["n"], run: python("work:hold"), resources: { cpu: 0.2 } });
});
`;
/** A child, and a grandchild that has left the session; with `stubborn` both ignore SIGTERM. */
const work = (stubborn: boolean): string => `
import signal
def ignore():
    if ${stubborn ? "True" : "False"}:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

def hold(n):
    ignore()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            ignore()
            note("grandchild")
            time.sleep(600)
        os._exit(0)
    note("child")
    time.sleep(600)
`;

onEachPlace((place) => {
  it("ends every process of a cancelled run, the ones that hide and ignore too", async () => {
    project = place.project({ "pipeline.ts": pipeline });
    project.write("work.py", ledgerPython(project) + work(true));
    const run = project.start("run", "--json", "--grace", "1s");
    const result = finished(run);
    await until(() => project.ledger().length === 4, "both tasks and their grandchildren run");
    expect(await place.atWork(project)).not.toEqual([]);
    run.kill("SIGINT");
    const ended = await result;
    expect(ended.code).toBe(130);
    expect(lastLine(ended)).toMatchObject({ state: "cancelled", tasks: { cancelled: 2 } });
    expect(await place.atWork(project)).toEqual([]);
  }, 120_000);

  it("lets one command cancel what another one runs", async () => {
    project = place.project({ "pipeline.ts": pipeline });
    project.write("work.py", ledgerPython(project) + work(false));
    const run = project.start("run", "--json");
    const result = finished(run);
    await until(() => project.ledger().length === 4, "both tasks run");
    const status = await project.json<{ state: string }>("status");
    expect(status.state).toBe("running");
    const cancelled = await project.flotilla("cancel");
    expect(cancelled.code).toBe(0);
    expect(lastLine(await result)).toMatchObject({ state: "cancelled" });
    expect(await place.atWork(project)).toEqual([]);
  }, 120_000);
});
