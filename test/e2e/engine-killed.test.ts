import { afterEach, expect, it } from "vitest";
import { onEachPlace } from "./places.ts";
import { ledgerPython } from "./ledger.ts";
import { finished, lastLine, type Project, type RunEnded, until } from "./project.ts";

let project: Project;
afterEach(() => project.remove());

/** Starting a container costs more than these tasks do: there the run is shorter. */
const sizes = {
  local: { markets: 11, products: 26, kills: 20, cpu: 1 },
  docker: { markets: 11, products: 4, kills: 8, cpu: 1 },
  pods: { markets: 4, products: 4, kills: 6, cpu: 0.2 },
};

interface Size {
  readonly markets: number;
  readonly products: number;
  readonly cpu: number;
}

function countOf({ markets, products }: Size): number {
  return 1 + markets + markets * products + 1;
}

/** Tasks of 0.05 to 0.25 s in four steps; each writes when it begins and when it ends. */
const pipeline = ({ markets, products, cpu }: Size): string => `
import { file, number, pipeline, python, scenarios } from "flotilla";
export default pipeline("killed", {
  scenarios: scenarios.product({ market: "abcdefghijk".slice(0, ${markets}).split(""), product: Array.from({ length: ${products} }, (_, i) => i) }),
}, ({ step }) => {
  const data = step("extract", { on: "cpu", resources: { cpu: ${cpu} }, run: python("work:extract"), outputs: { data: file("data.txt") } });
  const features = step("features", { on: "cpu", resources: { cpu: ${cpu} }, by: ["market"], run: python("work:features"), inputs: { data: data.outputs.data }, outputs: { size: number() } });
  const model = step("train", { on: "cpu", resources: { cpu: ${cpu} }, by: ["market", "product"], run: python("work:train"), inputs: { size: features.outputs.size }, outputs: { score: number() } });
  step("report", { on: "cpu", resources: { cpu: ${cpu} }, run: python("work:report"), inputs: { score: model.outputs.score.collect() }, outputs: { count: number() } });
});
`;
const tasks = `
import random

def work(seconds):
    note("start")
    time.sleep(seconds)
    note("end")

def extract(data):
    work(0.05)
    data.write_text("hello")

def features(data):
    work(0.05)
    return len(data.read_text())

def train(size, market, product):
    work(0.05 + (product % 5) * 0.05)
    return product

def report(score):
    work(0.05)
    return len(score)
`;

onEachPlace((place) => {
  it("loses nothing and does nothing twice when the engine is killed again and again in one run", async () => {
    const { kills, ...size } = sizes[place.name];
    project = place.project({ "pipeline.ts": pipeline(size) });
    project.write("work.py", ledgerPython(project) + tasks);
    const count = countOf(size);
    const first = project.start("run", "--json");
    await until(() => project.ledger().length > 4, "the first tasks run");
    let engine = first;
    let run: string | undefined;
    for (let kill = 0; kill < kills; kill++) {
      const before = project.ledger().length;
      // A random moment within the life of a few tasks: what is counted is progress, not time.
      await until(
        () => project.ledger().length >= before + Math.floor(Math.random() * 12),
        "some more tasks have begun or ended",
      );
      engine.kill("SIGKILL");
      run ??= (await project.json<{ id: string }[]>("runs"))[0]!.id;
      engine = project.start("resume", run, "--json");
      await until(() => project.ledger().length > before || engine.exitCode !== null, "the next engine goes on");
      if (engine.exitCode !== null) break;
    }
    await finished(engine);
    const status = await project.json<{ state: string; tasks: RunEnded["tasks"] }>("status", run!);
    expect(status.state).toBe("succeeded");

    const ledger = project.ledger();
    const started = ledger.filter(({ event }) => event === "start").map(({ task }) => task);
    const ended = ledger.filter(({ event }) => event === "end").map(({ task }) => task);
    expect(new Set(ended).size).toBe(count);
    expect(ended.length, "a task that was done was done again").toBe(count);
    expect(started.length, "a running task was not found again and had to be repeated").toBe(count);
    expect(Math.max(...ledger.map(({ attempt }) => attempt)), "a retry was used up").toBe(1);
  }, 240_000);

  it("finds a detached run again, and follows it to its end", async () => {
    const size = { ...sizes[place.name], markets: 4, products: 2 };
    project = place.project({ "pipeline.ts": pipeline(size) });
    project.write("work.py", ledgerPython(project) + tasks);
    const detached = await project.flotilla("run", "--detach", "--json");
    expect(detached.code).toBe(0);
    const watched = await project.flotilla("status", "--watch", "--json");
    expect(lastLine(watched)).toMatchObject({
      type: "run.ended",
      state: "succeeded",
      tasks: { total: countOf(size), succeeded: countOf(size) },
    });
  }, 120_000);
});
