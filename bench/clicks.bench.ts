import { launchBrowser, noBrowser } from "../test/browser/browser.ts";
import { type BenchOptions, type Measured, median, note, quantile } from "./figures.ts";
import { makeProject, openFleet } from "./fleet.ts";
import { noopFleet } from "./plans.ts";
import { startServer } from "./server.ts";
import { squareFleet } from "./ui/data.ts";
import { moveOnFleet } from "./ui/fleet-map.ts";
import { interact } from "./ui/interactions.ts";

/** What `ui` measures of clicks and moves, alone: minutes instead of half an hour, for who works on it. */
export default async function clicks({ small }: BenchOptions): Promise<Measured> {
  if (noBrowser !== undefined) throw new Error(noBrowser);
  const project = makeProject({});
  const browser = await launchBrowser();
  try {
    const fleet = await openFleet(project.folder);
    const run = (await fleet.run(noopFleet(small ? 10_000 : 100_000))).row.id;
    const square = (await fleet.run(squareFleet(small ? 300 : 1_000))).row.id;
    await fleet.close();
    const server = await startServer(project.folder);
    const times = await interact(browser, `${server.url}/runs/${run}`, small ? 5 : 9);
    const moves = await moveOnFleet(browser, `${server.url}/runs/${square}/fleet`, 5);
    for (const [what, ms] of Object.entries(moves)) note(`${what}: median ${median(ms).toFixed(0)} ms`);
    await server.stop();
    const interactionMs = quantile(times, 0.95);
    const fleetMoveMs = Math.max(...Object.values(moves).map((ms) => quantile(ms, 0.95)));
    return { figures: { interactionMs, fleetMoveMs }, holds: interactionMs < 100 && fleetMoveMs < 100 };
  } finally {
    await browser.close();
    project.remove();
  }
}
