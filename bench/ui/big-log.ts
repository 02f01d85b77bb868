import type { Browser } from "playwright-core";
import { median, note } from "../figures.ts";
import type { RunId } from "../../src/core/ids.ts";
import { grid, planOf, planStep } from "../../test/helpers/plans.ts";
import type { Fleet } from "../fleet.ts";
import { factsOf } from "../processes.ts";
import type { BenchServer } from "../server.ts";
import { all, shown } from "./page-clock.ts";
import { runPage } from "./paint.ts";
import { Tab } from "./tab.ts";

/** With what stands before each line in a log, a line of 200 letters is a fifth longer there. */
const printedShare = 0.82;

/** A real task that prints so many bytes, with a line to be found in the middle of them. */
export async function printLog(fleet: Fleet, bytes: number): Promise<RunId> {
  const half = Math.round((bytes * printedShare) / 2);
  const lines = `yes "$(printf '%0200d' 7)" | head -c ${half}`;
  const script = `echo the very first line; ${lines}; echo; echo a needle; ${lines}; echo; echo the very last line`;
  const work = { type: "shell", argv: ["sh", "-euc", script], env: {} } as const;
  const { row } = await fleet.run(planOf(grid({ only: [1] }), [planStep("print", [], { work, outputs: {} })]));
  return row.id;
}

export interface BigLog {
  readonly openMs: number;
  readonly searchMs: number;
  readonly jumpMs: number;
  /** By how much the server grew. */
  readonly rssMb: number;
}

const logShows = (text: string): string =>
  all(shown.settled, `document.querySelector("[role=log]")?.textContent.includes(${JSON.stringify(text)})`);

/** Opens the log of the task at its end in a new profile, jumps to its start and back, and searches it. */
export async function readLog(
  browser: Browser,
  { server, run, times }: { server: BenchServer; run: RunId; times: number },
): Promise<BigLog> {
  // What a server needs for its first page is not the log's.
  const first = await Tab.open(browser);
  await first.visit(`${server.url}/runs/${run}`, runPage);
  await first.close();
  const memory = watchMemory(server.pid);
  const [opened, searched, jumped] = [[] as number[], [] as number[], [] as number[]];
  for (let time = 0; time < times; time++) {
    const tab = await Tab.open(browser);
    const { page } = tab;
    const address = `${server.url}/runs/${run}?task=print&panel=log`;
    opened.push((await tab.visit(address, logShows("the very last line"))).ms);
    const toStart = page.getByLabel("Start (g g)");
    jumped.push(await tab.measure(["pointerdown"], () => toStart.click(), logShows("the very first line")));
    jumped.push(await tab.measure(["keydown"], () => page.keyboard.press("G"), logShows("the very last line")));
    const field = page.getByLabel("Find in this log");
    await field.focus();
    await page.keyboard.insertText("a needle");
    const found = `/1 (of|hits?)/.test(document.querySelector('[role=status].num')?.textContent ?? "")`;
    searched.push(await tab.measure(["keydown"], () => page.keyboard.press("Enter"), found));
    await tab.close();
  }
  const rssMb = memory.stop();
  const figures = { openMs: median(opened), searchMs: median(searched), jumpMs: median(jumped), rssMb };
  note(`a large log: ${JSON.stringify(figures)}`);
  return figures;
}

/** How many MiB a process has grown by at most. */
function watchMemory(pid: number): { stop(): number } {
  const before = factsOf(pid)!.rssBytes;
  let most = before;
  const look = (): void => {
    most = Math.max(most, factsOf(pid)?.rssBytes ?? 0);
  };
  const timer = setInterval(look, 50);
  return {
    stop() {
      clearInterval(timer);
      look();
      return (most - before) / 2 ** 20;
    },
  };
}
