import { afterEach, expect, it } from "vitest";
import { onEachPlace } from "./places.ts";
import { ledgerPython } from "./ledger.ts";
import { lastLine, type Project } from "./project.ts";

let project: Project;
afterEach(() => project.remove());

const pipeline = `
import { number, pipeline, python, scenarios } from "flotilla";
export default pipeline("failing", {
  scenarios: scenarios.product({ market: ["a", "b", "c"], month: [1, 2] }),
}, ({ step }) => {
  const model = step("train", { on: "cpu", by: ["market", "month"], run: python("work:train"), outputs: { score: number() } });
  const best = step("compare", { on: "cpu", by: ["market"], run: python("work:compare"), inputs: { score: model.outputs.score.collect() }, outputs: { best: number() } });
  step("report", { on: "cpu", run: python("work:report"), inputs: { best: best.outputs.best.collect() }, outputs: { sum: number() } });
});
`;
const broken = `
def train(market, month):
    note("start")
    if market == "b" and month == 2:
        raise ValueError(f"market {market} has no month {month}")
    return month

def compare(score):
    note("start")
    return max(row["score"] for row in score)

def report(best):
    note("start")
    return sum(row["best"] for row in best)
`;

onEachPlace((place) => {
  it("blocks only what needs the failed task, and a restart with mended code runs exactly that", async () => {
    project = place.project({ "pipeline.ts": pipeline });
    project.write("work.py", ledgerPython(project) + broken);
    const failed = await project.flotilla("run", "--json");
    expect(failed.code).toBe(1);
    expect(lastLine(failed)).toMatchObject({
      state: "failed",
      tasks: { total: 10, succeeded: 7, failed: 1, blocked: 2 },
    });
    const shown = await project.flotilla("show", "train[market=b,month=2]");
    expect(shown.stdout).toContain("market b has no month 2");
    expect(shown.stdout).toContain("work.py");

    const before = project.ledger().length;
    project.write(
      "work.py",
      ledgerPython(project) + broken.replace('raise ValueError(f"market {market} has no month {month}")', "return 7"),
    );
    const mended = await project.flotilla("restart", "--json");
    expect(mended.code).toBe(0);
    expect(lastLine(mended)).toMatchObject({ state: "succeeded", tasks: { total: 10, succeeded: 10 } });
    const again = project
      .ledger()
      .slice(before)
      .map(({ task }) => task);
    expect(again).toEqual(["train[market=b,month=2]", "compare[market=b]", "report"]);
    const task = await project.json<{ why: string; outputs: { best: { value: number } } }>("show", "compare[market=b]");
    expect(task.outputs.best.value).toBe(7);
    expect(task.why).toMatch(/^runs again, for train\[market=b,month=2\] was restarted by \S+$/);
    expect((await project.flotilla("show", "train[market=b,month=2]")).stdout).toMatch(/\nrestarted by \S+\n/);
    expect((await project.flotilla("tasks", "--step", "train")).stdout).toMatch(/month=2\].*restarted by/);
  }, 120_000);

  it("restarts only what failed for one cause, when that is named", async () => {
    project = place.project({ "pipeline.ts": pipeline });
    const two = broken.replace(
      "    return month\n",
      '    if market == "c":\n        raise KeyError("late")\n    return month\n',
    );
    project.write("work.py", ledgerPython(project) + two);
    expect((await project.flotilla("run")).code).toBe(1);
    const tasks = await project.json<{ cause: string }[]>("tasks", "--state", "failed");
    const causes = [...new Set(tasks.map(({ cause }) => cause))];
    const late = causes.find((cause) => cause.includes("KeyError"))!;
    expect(causes).toHaveLength(2);

    const before = project.ledger().length;
    project.write("work.py", ledgerPython(project) + broken);
    expect((await project.flotilla("restart", "--cause", late)).code).toBe(1);
    const again = new Set(
      project
        .ledger()
        .slice(before)
        .map(({ task }) => task),
    );
    expect(again).toEqual(new Set(["train[market=c,month=1]", "train[market=c,month=2]", "compare[market=c]"]));
    const other = await project.flotilla("restart", "--cause", "no such cause");
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("nothing to restart") as string]);
  }, 120_000);
});
