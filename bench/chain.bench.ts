import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunRow } from "../src/store/store.ts";
import { type BenchOptions, type Measured, median, note, quantile } from "./figures.ts";
import { type Fleet, makeProject, openFleet } from "./fleet.ts";
import { chain, noopStep } from "./plans.ts";

const module = "tasks";
/** The ledger is written after both times are taken: it is part of the gap, as a user's last line would not be. */
const tasks = `
import os, time

def link(ledger):
    entered = time.time()
    os.write(LEDGER, b"%r %r\\n" % (entered, time.time()))

LEDGER = os.open(os.path.join(os.environ["BENCH_FOLDER"], "ledger"), os.O_APPEND | os.O_CREAT | os.O_WRONLY)
`;

/** From the end of one task to the start of the next, where each waits for the one before. */
export default async function chainBench({ small }: BenchOptions): Promise<Measured> {
  const length = small ? 50 : 200;
  const project = makeProject({ "tasks.py": tasks });
  process.env["BENCH_FOLDER"] = project.folder;
  const fleet = await openFleet(project.folder);
  try {
    await fleet.run(chain(20, () => noopStep));
    const noop = await noopGaps(fleet, length);
    const python = await pythonGaps(fleet, length, project.folder);
    const figures = {
      noopGapMs: median(noop),
      noopGapP99Ms: quantile(noop, 0.99),
      pythonGapMs: median(python),
      pythonGapP99Ms: quantile(python, 0.99),
    };
    note(`${noop.length} gaps between noop tasks, ${python.length} between Python tasks`);
    return { figures, holds: figures.noopGapMs < 5 && figures.pythonGapMs < 10 };
  } finally {
    await fleet.close();
    project.remove();
  }
}

/** By the attempts' own records: a noop ends when its platform says so, and the next starts when the platform has it running. */
async function noopGaps(fleet: Fleet, length: number): Promise<number[]> {
  const { row } = await fleet.run(chain(length, () => noopStep));
  const attempts = await attemptsInOrder(fleet, row);
  return gaps(attempts.map(({ runningAt, endedAt }) => ({ start: runningAt!, end: endedAt! })));
}

async function attemptsInOrder(fleet: Fleet, row: RunRow) {
  return (await fleet.store.listAttempts(row.id)).toSorted((a, b) => a.step - b.step);
}

/** By the tasks' own clock: from the last line of one function to the first line of the next. */
async function pythonGaps(fleet: Fleet, length: number, folder: string): Promise<number[]> {
  const work = {
    type: "python",
    module,
    function: "link",
    environment: { type: "interpreter", python: "python3" },
  } as const;
  await fleet.run(chain(length, () => ({ work, inputs: { ledger: { type: "value", value: "ledger" } } })));
  const lines = readFileSync(join(folder, "ledger"), "utf8").trimEnd().split("\n");
  if (lines.length !== length) throw new Error(`${lines.length} of ${length} tasks wrote into the ledger`);
  const times = lines.map((line) => line.split(" ").map((seconds) => Number(seconds) * 1000));
  return gaps(times.map(([start, end]) => ({ start: start!, end: end! })));
}

function gaps(times: readonly { readonly start: number; readonly end: number }[]): number[] {
  return times.slice(1).map(({ start }, i) => start - times[i]!.end);
}
