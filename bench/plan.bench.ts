import { spawn } from "node:child_process";
import { cli } from "./command.ts";
import { type BenchOptions, type Measured, median, note } from "./figures.ts";
import { makeProject } from "./fleet.ts";

/** A sparse set: of all combinations of 3 dimensions about one in four exists. Five steps; nearly all tasks are the two that vary by all. */
const pipelineOf = (tasks: number): string => `
import { noop, pipeline, python, scenarios, json } from "flotilla";

const wanted = ${Math.floor(tasks / 2.02)};
const side = Math.ceil(Math.cbrt(wanted * 4));
const rows = [];
for (let i = 0; rows.length < wanted; i++) {
  // Steps through all cells in an order that looks random, so that no dimension comes sorted.
  const cell = (i * 7919) % side ** 3;
  rows.push({ site: "s" + (cell % side), product: "p" + (Math.floor(cell / side) % side), period: Math.floor(cell / side ** 2) });
}

export default pipeline("plan-bench", { scenarios: scenarios.rows(rows, { dimensions: ["site", "product", "period"] }) }, ({ step }) => {
  const data = step("extract", { run: noop(), outputs: { rows: json() } });
  const features = step("features", { by: ["site"], run: noop(), inputs: { rows: data.outputs.rows }, outputs: { table: json() } });
  const model = step("train", { by: ["site", "product", "period"], run: python("m:fit"), inputs: { table: features.outputs.table }, outputs: { model: json() } });
  const score = step("score", { by: ["site", "product", "period"], run: python("m:score"), inputs: { model: model.outputs.model }, outputs: { error: json() } });
  step("report", { run: noop(), inputs: { errors: score.outputs.error.collect() } });
});
`;

/** The most memory that any one process of the command had, as the kernel counted it. */
const wrapper = `
import resource, subprocess, sys, time
started = time.perf_counter()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
sys.exit(code)
`;

/** The whole command `flotilla plan`, the start of its processes included. */
export default async function plan({ small }: BenchOptions): Promise<Measured> {
  const of10k = await planned(10_000, small ? 1 : 5);
  const of1m = await planned(1_000_000, small ? 1 : 3);
  const figures = { seconds10k: of10k.seconds, seconds1m: of1m.seconds, rssMb: of1m.rssMb };
  return { figures, holds: figures.seconds10k < 1 && figures.seconds1m < 10 && figures.rssMb < 1000 };
}

async function planned(tasks: number, rounds: number): Promise<{ seconds: number; rssMb: number }> {
  const project = makeProject({
    "pipeline.ts": pipelineOf(tasks),
    "m.py": "def fit(table): return table\ndef score(model): return model\n",
  });
  try {
    const measured: { seconds: number; rssMb: number }[] = [];
    for (let round = 1; round <= rounds; round++) {
      measured.push(await planOnce(project.folder));
      note(
        `${tasks} tasks, round ${round}: ${measured.at(-1)!.seconds.toFixed(2)} s, ${measured.at(-1)!.rssMb.toFixed(0)} MB`,
      );
    }
    return {
      seconds: median(measured.map(({ seconds }) => seconds)),
      rssMb: Math.max(...measured.map(({ rssMb }) => rssMb)),
    };
  } finally {
    project.remove();
  }
}

async function planOnce(folder: string): Promise<{ seconds: number; rssMb: number }> {
  const child = spawn("python3", ["-c", wrapper, process.execPath, cli, "plan", "pipeline.ts", "--json"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`flotilla plan ended with exit code ${String(code)}`);
  const [seconds, rssMb] = output.trim().split(" ").map(Number);
  return { seconds: seconds!, rssMb: rssMb! };
}
