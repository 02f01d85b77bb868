import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, noBrowser, openViewer } from "./browser.ts";
import { Up } from "./up.ts";

const pipeline = `
import { pipeline, shell } from "flotilla";
export default pipeline("talk", {}, ({ step }) => {
  step("count", { run: shell.script("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $i; sleep 0.5; done") });
});
`;

describe.skipIf(noBrowser !== undefined)(`a live log${noBrowser === undefined ? "" : ` (${noBrowser})`}`, () => {
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

  it("shows each line as it is printed, and its end, without asking for what is not there", async () => {
    expect((await up.project.flotilla("run", "--detach")).code).toBe(0);
    const viewer = await openViewer(browser, up.url);
    const { page, problems } = viewer;
    const asked: string[] = [];
    page.on("request", (request) => request.url().includes("/logs?") && asked.push(request.url()));
    await page.goto(`${up.url}/runs`);
    await page.getByRole("link", { name: "talk" }).first().click();
    await page.getByRole("heading", { name: "talk" }).waitFor();
    await page.goto(`${page.url().split("?")[0]}/tasks?panel=log&task=count`);
    const log = page.getByRole("log");
    for (const last of ["line 10", "line 11", "line 12"]) await log.getByText(last).waitFor();
    await page.getByText("1 of 1 settled").waitFor();
    await page.getByRole("button", { name: "End", exact: true }).waitFor();
    expect(asked.length).toBeLessThanOrEqual(12 + 4);
    await viewer.close();
    expect(problems).toEqual([]);
  });
});
