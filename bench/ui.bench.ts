import type { Browser } from "playwright-core";
import { launchBrowser, noBrowser } from "../test/browser/browser.ts";
import { type BenchOptions, type Measured, median, note, quantile } from "./figures.ts";
import { makeProject, openFleet } from "./fleet.ts";
import { type BenchServer, startServer } from "./server.ts";
import { printLog, readLog } from "./ui/big-log.ts";
import { watchBusyRun } from "./ui/busy-run.ts";
import { makeUiData, type UiData } from "./ui/data.ts";
import { moveOnFleet } from "./ui/fleet-map.ts";
import { interact } from "./ui/interactions.ts";
import { assetsKb, fleetPage, paint, runPage, runsPage } from "./ui/paint.ts";

/** What each figure must be less than. */
const bounds: Readonly<Record<string, number>> = {
  paintMs10: 1_000,
  paintMs1k: 1_000,
  paintMs100k: 1_000,
  dataKb100k: 300,
  assetsKb: 350,
  fleetPaintMs1m: 1_500,
  fleetMoveMs: 100,
  interactionMs: 100,
  eventToPixelMs: 1_000,
  heapGrowthMb: 10,
  tabCpuPercent: 15,
  logOpenMs: 1_000,
  logRssMb: 50,
  runsPaintMs: 1_000,
};

/** The dashboard in a real browser, on runs that have been through the engine. */
export default async function ui({ small }: BenchOptions): Promise<Measured> {
  if (noBrowser !== undefined) throw new Error(noBrowser);
  const project = makeProject({});
  const browser = await launchBrowser();
  try {
    const fleet = await openFleet(project.folder);
    const data = await makeUiData(fleet, small ? { runs: 500, side: 300 } : { runs: 10_000, side: 1_000 });
    const log = await printLog(fleet, small ? 100_000_000 : 1_000_000_000);
    await fleet.close();
    const server = await startServer(project.folder);
    const times = small ? 5 : 9;
    const still = await lookAt(browser, { server, data, times });
    const read = await readLog(browser, { server, run: log, times: small ? 3 : 5 });
    await server.stop();
    const busy = await watchBusyRun(browser, { minutes: small ? 1 : 10 });
    const figures: Record<string, number> = {
      ...still,
      ...busy,
      logOpenMs: read.openMs,
      logRssMb: read.rssMb,
      logSearchMs: read.searchMs,
      logJumpMs: read.jumpMs,
    };
    return { figures, holds: Object.entries(bounds).every(([name, bound]) => figures[name]! < bound) };
  } finally {
    await browser.close();
    project.remove();
  }
}

/** Pages of runs that have ended. */
async function lookAt(
  browser: Browser,
  { server, data, times }: { server: BenchServer; data: UiData; times: number },
): Promise<Record<string, number>> {
  const open = (path: string, condition: string) => paint(browser, server.url + path, condition, times);
  // How much of it the browser takes for a page with nothing on it, on this machine at this hour.
  const empty = await open("/icon.svg", "true");
  const [run10, run1k] = [await open(`/runs/${data.run10}`, runPage), await open(`/runs/${data.run1k}`, runPage)];
  const run100k = await open(`/runs/${data.run100k}`, runPage);
  const runs = await open("/runs", runsPage);
  const fleet = await open(`/runs/${data.fleet1m}/fleet`, fleetPage);
  const moves = await moveOnFleet(browser, `${server.url}/runs/${data.fleet1m}/fleet`, Math.ceil(times / 2));
  for (const [what, ms] of Object.entries(moves)) note(`${what}: median ${median(ms).toFixed(0)} ms`);
  const clicks = await interact(browser, `${server.url}/runs/${data.run100k}`, times);
  return {
    paintMs10: run10.ms,
    paintMs1k: run1k.ms,
    paintMs100k: run100k.ms,
    dataKb100k: run100k.dataKb,
    assetsKb: await assetsKb(server.url),
    fleetPaintMs1m: fleet.ms,
    // Of the slowest kind: there are far more turns of the wheel than pivots.
    fleetMoveMs: Math.max(...Object.values(moves).map((ms) => quantile(ms, 0.95))),
    interactionMs: quantile([...clicks], 0.95),
    runsPaintMs: runs.ms,
    emptyMs: empty.ms,
    fleetFirstPaintMs1m: fleet.firstMs,
  };
}
