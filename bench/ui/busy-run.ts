import type { Browser } from "playwright-core";
import { note } from "../figures.ts";
import { makeProject, openFleet } from "../fleet.ts";
import { factsOf } from "../processes.ts";
import { startServer } from "../server.ts";
import { eventToPixel, noteCounts, takeCounts } from "./counts-shown.ts";
import { squareFleet } from "./data.ts";
import { PacedPlatform } from "./paced-platform.ts";
import { runPage } from "./paint.ts";
import { Tab } from "./tab.ts";

/** At work at once. */
const concurrency = 200;

export interface BusyTab {
  readonly eventToPixelMs: number;
  readonly heapGrowthMb: number;
  readonly tabCpuPercent: number;
}

/**
 * A tab on a run of which so many tasks end each second. The run is driven by an engine in this process, so that its pace can be set;
 * the server learns of it as of a run of any other engine.
 */
export async function watchBusyRun(
  browser: Browser,
  { minutes, perSecond = 500, view = "" }: { minutes: number; perSecond?: number; view?: string },
): Promise<BusyTab> {
  const project = makeProject({});
  const platform = new PacedPlatform(perSecond);
  const fleet = await openFleet(project.folder, { platforms: [platform] });
  const warmUpMs = minutes < 5 ? 20_000 : 60_000;
  // Enough for all the time, and half more.
  const side = Math.ceil(Math.sqrt(perSecond * (minutes * 60 + warmUpMs / 1000) * 1.5));
  const run = await fleet.begin({ ...squareFleet(side, { on: "paced" }), concurrency });
  const server = await startServer(project.folder);
  const tab = await Tab.open(browser);
  try {
    await tab.visit(`${server.url}/runs/${run}${view}`, runPage);
    platform.begin();
    await noteCounts(tab);
    await tab.page.waitForTimeout(warmUpMs);
    const eventToPixelMs = eventToPixel(platform.ends, await takeCounts(tab));
    const heap = await heapBytes(tab);
    const cpu = await rendererSeconds(browser);
    const started = performance.now();
    const ended = platform.ends.length;
    await tab.page.waitForTimeout(minutes * 60_000);
    const seconds = (performance.now() - started) / 1000;
    note(`a busy run: ${((platform.ends.length - ended) / seconds).toFixed(0)} tasks ended each second`);
    const tabCpuPercent = (100 * ((await rendererSeconds(browser)) - cpu)) / seconds;
    return { eventToPixelMs, heapGrowthMb: ((await heapBytes(tab)) - heap) / 2 ** 20, tabCpuPercent };
  } finally {
    await tab.close();
    await server.stop();
    await fleet.close();
    project.remove();
  }
}

async function heapBytes({ cdp }: Tab): Promise<number> {
  // The first collection leaves what waits to be finalised.
  for (let collection = 0; collection < 2; collection++) await cdp.send("HeapProfiler.collectGarbage");
  return (await cdp.send("Runtime.getHeapUsage")).usedSize;
}

/** Processor time so far of the processes that pages run in. */
async function rendererSeconds(browser: Browser): Promise<number> {
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
  await cdp.detach();
  const pages = processInfo.filter(({ type }) => type === "renderer");
  return pages.reduce((sum, { id }) => sum + (factsOf(id)?.cpuSeconds ?? 0), 0);
}
