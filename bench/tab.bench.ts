import { launchBrowser, noBrowser } from "../test/browser/browser.ts";
import type { BenchOptions, Measured } from "./figures.ts";
import { watchBusyRun } from "./ui/busy-run.ts";

/** A tab of the dashboard that stays on a busy run for an hour, or ten minutes: it must neither grow nor burn a core. */
export default async function tab({ small }: BenchOptions): Promise<Measured> {
  if (noBrowser !== undefined) throw new Error(noBrowser);
  const browser = await launchBrowser();
  try {
    const figures = await watchBusyRun(browser, small ? { minutes: 10 } : { minutes: 60, perSecond: 200 });
    const { eventToPixelMs, heapGrowthMb, tabCpuPercent } = figures;
    return { figures: { ...figures }, holds: eventToPixelMs < 1_000 && heapGrowthMb < 10 && tabCpuPercent < 15 };
  } finally {
    await browser.close();
  }
}
