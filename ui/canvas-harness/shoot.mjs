import { mkdir } from "node:fs/promises";
import { chromium } from "playwright-core";
import { serveHarness } from "./build.mjs";

/* node ui/canvas-harness/shoot.mjs FOLDER [words that the names must hold] */

const shots = ["light", "dark"].flatMap((theme) => [
  ...[3, 8, 40].map((size) => ({ name: `graph-${size}-${theme}`, query: { view: "graph", size, theme } })),
  ...[20, 100_000].map((size) => ({ name: `timeline-${size}-${theme}`, query: { view: "timeline", size, theme } })),
  ...[40, 399, 100_000, 1_000_000].flatMap((size) =>
    ["state", "number"].map((by) => ({
      name: `fleet-${size}-${by}-${theme}`,
      query: { view: "fleet", size, by, theme },
    })),
  ),
]);

const [folder = "node_modules/.canvas-shots", ...words] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const harness = await serveHarness();
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
page.on("pageerror", (error) => console.log("ERROR", error.message));
page.on("console", (message) => message.type() === "error" && console.log("CONSOLE", message.text()));
for (const { name, query, act } of shots) {
  if (!words.every((word) => name.includes(word))) continue;
  await page.goto(`${harness.url}?${new URLSearchParams(Object.entries(query))}`);
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(400);
  await act?.(page);
  await page.screenshot({ path: `${folder}/${name}.png` });
}
await browser.close();
harness.close();
