// Makes the pictures of the dashboard in README.md: trains the fleet of the flights example, with a fault in the code for one
// airline, and looks at the run in Chromium (see test/browser/browser.ts for where that is). It takes some minutes, so by hand:
//   node scripts/make-screenshots.mjs
import "./check-node.mjs";
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { prepareOrExit } from "./prepare.mjs";
import { requirePython } from "./python.mjs";
import { repository, say } from "./repository.mjs";

const images = join(repository, "docs/images");
const width = 1280;
const mostBytes = 200_000;
const failing = "MQ";
const views = [
  {
    name: "graph",
    height: 660,
    path: "",
    ready: (page) =>
      page
        .getByRole("list", { name: "Steps" })
        .getByText(/^train:/)
        .waitFor(),
  },
  {
    name: "fleet",
    height: 800,
    path: "/fleet?of=train&rows=origin&rows=carrier&columns=month&by=output:auc",
    ready: (page) =>
      page
        .getByRole("table")
        .getByText(/^0\.\d+/)
        .first()
        .waitFor(),
  },
  {
    name: "failures",
    height: 660,
    path: "/failures",
    ready: (page) => page.getByText(`carrier = ${failing}`).waitFor(),
  },
];

await requirePython();
await prepareOrExit();
const folder = mkdtempSync(join(tmpdir(), "flotilla-screenshots-"));
const project = join(folder, "flights");
cpSync(join(repository, "examples/flights"), project, {
  recursive: true,
  filter: (from) => !from.endsWith(".flotilla"),
});
breakCode();
const server = spawn(process.execPath, [join(repository, "dist/cli.js"), "up", "--json"], {
  cwd: project,
  env: { ...process.env, USER: "ada", DATABASE_URL: "" },
  stdio: ["ignore", "pipe", "ignore"],
});
const ended = new Promise((resolve) => server.on("close", resolve));
let browser;
try {
  const [line] = await Promise.race([
    new Promise((resolve) => server.stdout.once("data", (chunk) => resolve(String(chunk).split("\n")))),
    ended.then(() => Promise.reject(new Error("the server has ended"))),
  ]);
  const { url } = JSON.parse(line);
  // The first run makes the environment, and gives the second one an expected length.
  for (const select of ["ci", "release"]) await runToItsEnd(url, select);
  const { runs } = await ask(url, "/runs?limit=1");
  browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox", "--disable-gpu"] });
  for (const colorScheme of ["light", "dark"]) await takeAll(`${url}/runs/${runs[0].id}`, colorScheme);
} finally {
  await browser?.close();
  server.kill("SIGTERM");
  await ended;
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** What such a fault looks like: a table of another source has no row for one airline. */
function breakCode() {
  const file = join(project, "flights/train.py");
  const code = readFileSync(file, "utf8");
  const place = "    table = table.only(table.month == month)\n";
  if (!code.includes(place)) throw new Error(`${file} is not as expected`);
  const fault = `    print(f"{len(table):,} flights of {carrier} in month {month}")\n    if carrier == "${failing}":\n        raise KeyError(f"fleets.csv has no seats for {carrier} in month {month}")\n`;
  writeFileSync(file, code.replace(place, place + fault));
}

async function ask(url, path, body) {
  const answer = await fetch(`${url}/api/v1${path}`, {
    ...(body && { method: "POST", body: JSON.stringify(body) }),
    headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return answer.json();
}

async function runToItsEnd(url, select) {
  say(`Running ${select} …`);
  const { id } = await ask(url, "/runs", { file: "pipeline.ts", select });
  for (;;) {
    const { state } = await ask(url, `/runs/${id}`);
    if (state === "succeeded" || state === "failed") return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function findChromium() {
  const places = [process.env.FLOTILLA_CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"];
  const found = places.find((place) => place !== undefined && existsSync(place));
  if (found === undefined) throw new Error("there is no Chromium on this machine (apt-get install chromium)");
  return found;
}

async function takeAll(run, colorScheme) {
  const context = await browser.newContext({
    deviceScaleFactor: 2,
    colorScheme,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  for (const { name, height, path, ready } of views) {
    await page.setViewportSize({ width, height });
    await page.goto(run + path);
    await ready(page);
    await page.evaluate("document.fonts.ready.then(() => true)");
    const picture = await asWebp(context, await page.screenshot());
    if (picture.length > mostBytes) throw new Error(`${name} has ${picture.length} bytes`);
    writeFileSync(join(images, `dashboard-${name}-${colorScheme}.webp`), picture);
    say(`dashboard-${name}-${colorScheme}.webp: ${Math.round(picture.length / 1000)} kB`);
  }
  await context.close();
}

/** The browser has an encoder: a fifth of the size, and nothing to install. */
async function asWebp(context, png) {
  const page = await context.newPage();
  const encoded = await page.evaluate(`(async () => {
    const image = new Image();
    image.src = "data:image/png;base64,${png.toString("base64")}";
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", 0.9);
  })()`);
  await page.close();
  return Buffer.from(encoded.split(",")[1], "base64");
}
