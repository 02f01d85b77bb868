import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { flotilla } from "./command.ts";
import { type BenchOptions, type Measured, note } from "./figures.ts";
import { makeProject } from "./fleet.ts";
import { familyOf, findProcesses, type ProcessFacts } from "./processes.ts";

/** A fleet with plenty left to do of which nothing can go on: one task that holds all others up. */
const pipeline = `
import { json, noop, pipeline, python, scenarios } from "flotilla";

export default pipeline("idle-bench", { scenarios: scenarios.product({ n: Array.from({ length: 1000 }, (_, n) => n) }) }, ({ step }) => {
  const first = step("first", { run: python("tasks:wait"), outputs: { done: json() } });
  step("rest", { by: ["n"], run: noop(), inputs: { done: first.outputs.done } });
});
`;
const tasks = `
import os, time

def wait():
    open(os.path.join(os.environ["BENCH_FOLDER"], "waiting"), "w").close()
    while True:
        time.sleep(3600)
`;

/**
 * A detached engine with its store while a task goes on: the engine, the warm parents below it, and every process of the
 * PostgreSQL server. `rssMb` counts what they share once for each; `pssMb` once in all.
 */
export default async function idle({ small }: BenchOptions): Promise<Measured> {
  const project = makeProject({ "pipeline.ts": pipeline, "tasks.py": tasks });
  process.env["BENCH_FOLDER"] = project.folder;
  await flotilla(project.folder, ["run", "pipeline.ts", "--detach"]);
  try {
    await until(() => existsSync(join(project.folder, "waiting")), "the task has begun");
    // What is left of the start (statistics, a checkpoint) is no part of idling.
    await sleep(small ? 3000 : 15_000);
    const before = measuredProcesses(project.folder);
    const seconds = small ? 5 : 60;
    await sleep(seconds * 1000);
    const after = measuredProcesses(project.folder);
    note(`${after.length} processes over ${seconds} s`);
    const sum = (facts: readonly ProcessFacts[], of: (process: ProcessFacts) => number): number =>
      facts.reduce((total, process) => total + of(process), 0);
    const cpuSeconds = after.reduce(
      (total, { pid, cpuSeconds: now }) =>
        total + now - (before.find((process) => process.pid === pid)?.cpuSeconds ?? 0),
      0,
    );
    const figures = {
      rssMb: sum(after, ({ rssBytes }) => rssBytes) / 2 ** 20,
      pssMb: sum(after, ({ pssBytes }) => pssBytes) / 2 ** 20,
      cpuPercent: (cpuSeconds / seconds) * 100,
    };
    return { figures, holds: figures.rssMb < 200 && figures.cpuPercent < 1 };
  } finally {
    await end(project.folder);
    project.remove();
  }
}

function measuredProcesses(folder: string): ProcessFacts[] {
  const engines = findProcesses(folder, "cli.js");
  if (engines.length !== 1) throw new Error(`${engines.length} detached engines instead of one`);
  return familyOf([...engines, postmaster(folder)]);
}

function postmaster(folder: string): number {
  return Number(readFileSync(join(folder, ".flotilla/postgres/data/postmaster.pid"), "utf8").split("\n")[0]);
}

/** Cancelled as a person would; the engine and the server end by themselves. */
async function end(folder: string): Promise<void> {
  const { stdout } = await flotilla(folder, ["runs", "--json"]);
  const run = /"r[0-9a-z]{13}"/.exec(stdout)?.[0].slice(1, -1);
  if (run !== undefined) await flotilla(folder, ["cancel", run]);
  await until(
    () => !existsSync(join(folder, ".flotilla/postgres/data/postmaster.pid")),
    "the engine and its store have ended",
  );
}

async function until(holds: () => boolean, what: string): Promise<void> {
  const limit = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > limit) throw new Error(`after 60 s still not: ${what}`);
    await sleep(50);
  }
}
