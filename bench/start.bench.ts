import { readFileSync } from "node:fs";
import { join } from "node:path";
import { flotilla } from "./command.ts";
import { type BenchOptions, type Measured, median, note } from "./figures.ts";
import { makeProject } from "./fleet.ts";

const pipeline = `
import { json, pipeline, python, scenarios } from "flotilla";

export default pipeline("start-bench", { scenarios: scenarios.product({ n: [1, 2] }) }, ({ step }) => {
  step("work", { by: ["n"], run: python("tasks:work"), outputs: { entered: json() } });
});
`;
/** Times are appended: the smallest of a run is that of its first task. */
const tasks = `
import os, time

def work(n):
    entered = time.time()
    with open(os.path.join(os.environ["BENCH_FOLDER"], "entered"), "a") as file:
        file.write("%r\\n" % entered)
    return entered
`;

/**
 * From the moment a command is typed to the first line of the first task's function. Fresh: a new project, whose store is
 * made. Warm: the same project again; the server, which stopped with its last user, is started again.
 */
export default async function start({ small }: BenchOptions): Promise<Measured> {
  const rounds = small ? 2 : 7;
  const fresh: number[] = [];
  const warm: number[] = [];
  const help: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const project = makeProject({ "pipeline.ts": pipeline, "tasks.py": tasks });
    try {
      fresh.push(await secondsToFirstTask(project.folder));
      warm.push(await secondsToFirstTask(project.folder));
      help.push((await flotilla(project.folder, ["--help"])).seconds * 1000);
      note(
        `round ${round}: fresh ${fresh.at(-1)!.toFixed(2)} s, warm ${warm.at(-1)!.toFixed(2)} s, --help ${help.at(-1)!.toFixed(0)} ms`,
      );
    } finally {
      project.remove();
    }
  }
  const figures = { warmSeconds: median(warm), freshSeconds: median(fresh), helpMs: median(help) };
  return { figures, holds: figures.warmSeconds < 1.5 && figures.freshSeconds < 4 && figures.helpMs < 200 };
}

async function secondsToFirstTask(folder: string): Promise<number> {
  process.env["BENCH_FOLDER"] = folder;
  const typed = Date.now() / 1000;
  await flotilla(folder, ["run", "pipeline.ts"]);
  const entered = readFileSync(join(folder, "entered"), "utf8").trimEnd().split("\n").map(Number);
  return Math.min(...entered.filter((at) => at >= typed)) - typed;
}
