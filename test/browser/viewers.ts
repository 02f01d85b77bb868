import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { launchBrowser, noBrowser, openViewer, type Viewer, type ViewerOptions } from "./browser.ts";

/** So that a failure which comes once in a hundred times can be understood from what the tests print. */
async function tellWhatIsShown(page: Page): Promise<void> {
  const words = await page.locator("body").innerText({ timeout: 2_000 }).catch(String);
  process.stderr.write(`${page.url()}\n${words.slice(0, 4_000)}\n`);
}

/**
 * One browser for the tests of a file, a profile of its own for each that looks. After each test: nobody has seen a problem,
 * and everything that was asked for has been answered.
 */
export function makeViewers(url: () => string): (path: string, options?: ViewerOptions) => Promise<Page> {
  let browser: Browser;
  let open: Viewer[] = [];
  beforeAll(async () => {
    if (noBrowser === undefined) browser = await launchBrowser();
  });
  afterEach(async ({ task }) => {
    const looking = open;
    open = [];
    try {
      if (task.result?.state === "fail") for (const { page } of looking) await tellWhatIsShown(page);
      for (const { problems } of looking) expect(problems).toEqual([]);
      for (const viewer of looking) await expect.poll(() => [...viewer.unanswered], { timeout: 5_000 }).toEqual([]);
    } finally {
      for (const viewer of looking) await viewer.close();
    }
  });
  afterAll(async () => browser?.close());
  return async (path, options) => {
    const viewer = await openViewer(browser, url(), options);
    open.push(viewer);
    await viewer.page.goto(path);
    return viewer.page;
  };
}
