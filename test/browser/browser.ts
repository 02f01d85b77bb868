import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";

/** Where Debian and Ubuntu put it; elsewhere `FLOTILLA_CHROMIUM` says. */
const places = [
  process.env["FLOTILLA_CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

export const chromiumPath = places.find((place) => place !== undefined && existsSync(place));

/** Why tests that need a browser are left out on this machine; undefined where there is one. */
export const noBrowser =
  chromiumPath === undefined ? "there is no Chromium on this machine (apt-get install chromium)" : undefined;

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath!,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export interface Viewer {
  readonly page: Page;
  /** What must not happen on any page: an error in the console, a breach of the policy, a request that fails or goes elsewhere. */
  readonly problems: readonly string[];
  /** Whatever axe finds wrong with the page as it is now, in words. */
  axe(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface ViewerOptions {
  readonly theme?: "dark" | "light";
  readonly width?: number;
  readonly height?: number;
  /** Problems that this test provokes on purpose. */
  readonly expects?: RegExp;
}

/** A new browser profile, looking at one server. */
export async function openViewer(browser: Browser, url: string, options: ViewerOptions = {}): Promise<Viewer> {
  const { theme = "light", width = 1440, height = 900, expects } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const problems: string[] = [];
  const note = (problem: string): void => {
    if (expects?.test(problem) !== true) problems.push(problem);
  };
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      note(`console ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => note(`uncaught: ${error.stack ?? error.message}`));
  page.on("requestfailed", (request) => {
    // A page that is left, or a view that is no longer looked at, lets go of what it has asked for.
    if (request.failure()?.errorText !== "net::ERR_ABORTED")
      note(`${request.method()} ${request.url()}: ${request.failure()?.errorText}`);
  });
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== "data:" && protocol !== "blob:" && origin !== new URL(url).origin)
      note(`asks another server: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500) note(`${response.request().method()} ${response.url()}: ${response.status()}`);
  });
  // As text: what runs in the page has the browser's globals, and this file has not.
  await page.addInitScript(
    `addEventListener("securitypolicyviolation", (event) => console.error("policy: " + event.violatedDirective + " " + event.blockedURI))`,
  );
  return {
    page,
    problems,
    axe: () => findAxeViolations(page),
    close: () => context.close(),
  };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly target: unknown }[];
  }[];
}

async function findAxeViolations(page: Page): Promise<readonly string[]> {
  // Evaluated, not added as a script: the page's own policy forbids that, as it should.
  await page.evaluate(axeSource);
  const result = (await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as AxeResult;
  return result.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help} (${nodes
        .map(({ target }) => String(target))
        .slice(0, 5)
        .join("; ")})`,
  );
}
