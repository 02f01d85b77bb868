import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { serveHarness } from "./build.mjs";

/* What a reader of the page meets (axe), and whether leaving it leaves anything behind: node ui/canvas-harness/check.mjs */

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const harness = await serveHarness({ mode: "development" });
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, bypassCSP: true });
let faults = 0;
const fault = (view, text) => {
  faults++;
  console.log(view, text);
};
page.on("pageerror", (error) => fault("page", error.message));

/** Counts what watches the document and the elements. */
await page.addInitScript(() => {
  globalThis.watching = { observers: 0 };
  for (const name of ["ResizeObserver", "MutationObserver"]) {
    const { observe, disconnect } = globalThis[name].prototype;
    globalThis[name].prototype.observe = function (...given) {
      if (!this.counted) globalThis.watching.observers++;
      this.counted = true;
      return Reflect.apply(observe, this, given);
    };
    globalThis[name].prototype.disconnect = function () {
      if (this.counted) globalThis.watching.observers--;
      this.counted = false;
      return Reflect.apply(disconnect, this, []);
    };
  }
});

for (const theme of ["light", "dark"]) {
  for (const query of [
    { view: "graph", size: 8 },
    { view: "fleet", size: 399 },
    { view: "fleet", size: 399, by: "number" },
    { view: "timeline", size: 20 },
    { view: "timeline", size: 100_000 },
  ]) {
    const name = `${Object.values(query).join(" ")} ${theme}`;
    await page.goto(`${harness.url}?${new URLSearchParams({ ...query, theme })}`);
    await page.waitForTimeout(700);
    const { observers } = await page.evaluate(() => globalThis.watching);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run("#root"));
    for (const { id, nodes } of violations) fault(name, `${id}: ${nodes[0].html.slice(0, 160)}`);
    const { before, after } = await page.evaluate(async () => {
      const copy = { ...globalThis.watching };
      globalThis.leave();
      await new Promise((resolve) => setTimeout(resolve, 600));
      return { before: copy, after: globalThis.watching };
    });
    // Axe watches the document too, and goes on.
    const left = after.observers - (before.observers - observers);
    if (left !== 0) fault(name, `${left} of ${observers} observers are left`);
  }
}
console.log(faults === 0 ? "nothing found" : `${faults} faults`);
await browser.close();
harness.close();
