import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, noBrowser, openViewer } from "./browser.ts";
import { Up } from "./up.ts";

const pipeline = `
import { noop, pipeline, scenarios } from "flotilla";
export default pipeline("look", { scenarios: scenarios.product({ site: ["a", "b"], month: [1, 2, 3] }) }, ({ step }) => {
  step("train", { by: ["site", "month"], run: noop() });
});
`;

describe.skipIf(noBrowser !== undefined)(
  `a first look at the dashboard${noBrowser === undefined ? "" : ` (${noBrowser})`}`,
  () => {
    const up = new Up({ "pipeline.ts": pipeline });
    let browser: Browser;
    beforeAll(async () => {
      await up.start();
      browser = await launchBrowser();
    });
    afterAll(async () => {
      await browser.close();
      await up.remove();
    });

    it("finds the run that was made by hand, and nothing to complain of", async () => {
      expect((await up.project.flotilla("run")).code).toBe(0);
      const viewer = await openViewer(browser, up.url);
      const { page, problems } = viewer;
      await page.goto(`${up.url}/runs`);
      await page.getByRole("link", { name: "look" }).first().click();
      await page.getByRole("heading", { name: "look" }).waitFor();
      await page.getByText("6 of 6 settled").waitFor();
      expect((await viewer.axe()).filter((violation) => !violation.endsWith("(#tip)"))).toEqual([]);
      await viewer.close();
      expect(problems).toEqual([]);
    });
  },
);
