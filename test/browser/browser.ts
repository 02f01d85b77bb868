import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { watchPage } from "./watch-page.ts";

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
  /** What must not happen on any page: see `watchPage`. */
  readonly problems: readonly string[];
  /** Requests that nobody has answered yet, but for the stream of events, which has no end. */
  readonly unanswered: ReadonlySet<string>;
  close(): Promise<void>;
}

export interface ViewerOptions {
  readonly theme?: "dark" | "light";
  readonly width?: number;
  readonly height?: number;
  /** Done before the page is opened. */
  readonly before?: (page: Page) => Promise<unknown>;
  /** Problems that this test provokes on purpose. */
  readonly expects?: RegExp;
}

/** A new browser profile, looking at one server. */
export async function openViewer(browser: Browser, url: string, options: ViewerOptions = {}): Promise<Viewer> {
  const { theme = "light", width = 1440, height = 900, before, expects } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: "reduce",
    baseURL: url,
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const watched = await watchPage(page, new URL(url).origin, expects);
  await before?.(page);
  return {
    page,
    problems: watched.problems,
    get unanswered() {
      return watched.unanswered;
    },
    close: () => context.close(),
  };
}
