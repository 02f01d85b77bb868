import { chromium } from "playwright-core";
import { serveHarness } from "./build.mjs";

/* Prints what the drawings cost, as one JSON object: node ui/canvas-harness/measure.mjs */

const harness = await serveHarness();
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });

/** Times every frame's callbacks, and the first time that a picture is drawn on a canvas in the page. */
await page.addInitScript(() => {
  const seen = { frames: [], costs: [], firstPaint: undefined, loaded: undefined };
  globalThis.seen = seen;
  const request = globalThis.requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (callback) =>
    request((time) => {
      const before = performance.now();
      callback(time);
      seen.frames.push(time);
      seen.costs.push(performance.now() - before);
    });
  const methods = Object.getOwnPropertyDescriptors(CanvasRenderingContext2D.prototype);
  CanvasRenderingContext2D.prototype.drawImage = function (...given) {
    Reflect.apply(methods.drawImage.value, this, given);
    if (seen.firstPaint === undefined && this.canvas.isConnected) seen.firstPaint = performance.now();
  };
});

const open = async (query) => {
  await page.goto(`${harness.url}?${new URLSearchParams(query)}`);
  await page.waitForFunction(() => document.querySelector("canvas") !== null);
  await page.waitForTimeout(1_500);
};
const forget = () => page.evaluate(() => void (seen.frames.length = seen.costs.length = 0));
const at = (list, share) =>
  list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))] ?? 0;
const round = (value) => Math.round(value * 10) / 10;

const session = await browser.newBrowserCDPSession();
/** Of all the browser's processes: rasterising happens in another than the page's. */
async function cpuSeconds() {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** Moves the pointer with the button down, at sixty steps a second for two seconds. */
async function pan() {
  await forget();
  await page.mouse.move(640, 400);
  await page.mouse.down();
  const before = await cpuSeconds();
  for (let step = 0; step < 120; step++) {
    await page.mouse.move(640 + Math.sin(step / 9) * 260, 400 + Math.cos(step / 7) * 160);
    await page.waitForTimeout(16);
  }
  const spent = (await cpuSeconds()) - before;
  await page.mouse.up();
  const { frames, costs } = await page.evaluate(() => seen);
  const apart = frames
    .slice(1)
    .map((time, index) => time - frames[index])
    .filter((gap) => gap > 0);
  return {
    framesPerSecond: round(1_000 / (apart.reduce((sum, gap) => sum + gap, 0) / apart.length)),
    frameMsP95: round(at(apart, 0.95)),
    drawMsP95: round(at(costs, 0.95)),
    cpuMsPerFrame: round((spent * 1_000) / frames.length),
  };
}

async function wheel(steps, delta) {
  await page.mouse.move(640, 400);
  for (let step = 0; step < steps; step++) {
    await page.mouse.wheel(0, delta);
    await page.waitForTimeout(16);
  }
  await page.waitForTimeout(400);
}

const figures = {};
for (const by of ["state", "number"]) {
  await open({ view: "fleet", size: 1_000_000, by });
  const { firstPaint, loaded } = await page.evaluate(() => ({
    firstPaint: seen.firstPaint,
    loaded: performance.getEntriesByName("tile loaded")[0].startTime,
  }));
  await wheel(4, -240);
  const middle = await pan();
  await wheel(3, -240);
  const near = await pan();
  await forget();
  await page.waitForTimeout(1_000);
  const idleFrames = await page.evaluate(() => seen.frames.length);
  await forget();
  await wheel(10, 240);
  const zoomCosts = await page.evaluate(() => seen.costs);
  figures[`fleet1m ${by}`] = {
    paintBeyondLoadingMs: round(firstPaint - loaded),
    panGathered: middle,
    panCells: near,
    zoomDrawMsP95: round(at(zoomCosts, 0.95)),
    idleFrames,
  };
}
for (const size of [40, 400]) {
  await open({ view: "graph", size });
  await wheel(2, -200);
  figures[`graph ${size} pan`] = await pan();
}
await open({ view: "timeline", size: 100_000 });
await wheel(2, -200);
figures["timeline 100,000 pan"] = await pan();
console.log(JSON.stringify(figures, undefined, 1));
await browser.close();
harness.close();
