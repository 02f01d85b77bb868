import type { Browser, CDPSession, Page } from "playwright-core";
import { ApiBytes } from "./api-bytes.ts";
import { pageClock } from "./page-clock.ts";

export type InputEvent = "pointerdown" | "pointermove" | "keydown" | "wheel";

/** One tab in a profile of its own: nothing is in its caches. */
export class Tab {
  readonly page: Page;
  readonly cdp: CDPSession;
  readonly #bytes: ApiBytes;

  private constructor(page: Page, cdp: CDPSession, bytes: ApiBytes) {
    this.page = page;
    this.cdp = cdp;
    this.#bytes = bytes;
  }

  static async open(browser: Browser): Promise<Tab> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    const bytes = await ApiBytes.watch(cdp);
    await page.addInitScript(pageClock);
    return new Tab(page, cdp, bytes);
  }

  /** Opens an address. `ms` is from the start of the navigation until this is shown; `apiBytes` what the API answered until then. */
  async visit(address: string, condition: string): Promise<{ readonly ms: number; readonly apiBytes: number }> {
    await this.page.addInitScript(`window.firstShown = bench.shown(() => ${condition})`);
    await this.page.goto(address, { waitUntil: "commit" });
    const ms = (await this.page.evaluate("firstShown")) as number;
    return { ms, apiBytes: this.#bytes.sum };
  }

  /** Does something with mouse or keyboard. Milliseconds from the first of these events to the frame that shows the result. */
  async measure(events: readonly InputEvent[], act: () => Promise<unknown>, condition: string): Promise<number> {
    await this.page.evaluate(`bench.arm(${JSON.stringify(events)}, () => ${condition})`);
    await act();
    return (await this.page.evaluate("bench.measured")) as number;
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
