import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noBrowser } from "./browser.ts";
import { expectAccessible, expectFits, shown } from "./check-page.ts";
import { brokenCode, pipelineFile } from "./fleet-project.ts";
import { Up } from "./up.ts";
import { makeViewers } from "./viewers.ts";

describe.skipIf(noBrowser !== undefined)(`each page${noBrowser ? `: ${noBrowser}` : ""}`, () => {
  let up: Up;
  let failed: string;
  let running: string;
  const visit = makeViewers(() => up.url);

  beforeAll(async () => {
    up = new Up({ "pipeline.ts": pipelineFile });
    up.project.write("delays.py", brokenCode(up.project.directory));
    await up.start();
    const small = await up.startRun({ select: "pr", params: { lateMinutes: 45 } });
    await up.untilRunIs(small, "succeeded");
    failed = await up.startRun();
    await up.untilRunIs(failed, "failed");
    up.project.write("hold", "");
    running = await up.startRun({ params: { compare: false } });
    await up.untilRun(running, ({ tasks }) => tasks.active > 0);
  });
  afterAll(() => up?.remove());

  const task = encodeURIComponent("train[origin=JFK,carrier=OO,month=2]");
  const paths: Readonly<Record<string, () => string>> = {
    "the runs": () => "/runs",
    "a run": () => `/runs/${failed}`,
    "a run under way, narrowed": () =>
      `/runs/${running}?step=train&state=active&state=ready&where=carrier=OO&where=origin=JFK`,
    "the fleet": () => `/runs/${failed}/fleet`,
    "the fleet by a number": () => `/runs/${failed}/fleet?of=train&by=output:error`,
    "the timeline": () => `/runs/${failed}/timeline`,
    "the failures": () => `/runs/${failed}/failures`,
    "the tasks, with one open": () => `/runs/${failed}/tasks?task=${task}`,
    "what a task was given and made": () => `/runs/${failed}/tasks?panel=values&task=extract`,
    "the log of a task": () => `/runs/${failed}/fleet?panel=log&task=${task}`,
    "the logs": () => `/runs/${failed}/logs?text=looks`,
    "the definition": () => `/runs/${failed}/definition?against=${running}`,
    "the pipelines": () => "/pipelines",
    "a pipeline": () => "/pipelines/delays",
    "a new run": () => "/pipelines/delays/run",
    "the platforms": () => "/platforms",
    "a run that there is not": () => "/runs/r0000000000a",
    "a pipeline that there is not": () => "/pipelines/nothing",
    "a page that there is not": () => "/nowhere",
  };
  it.each(Object.entries(paths))(
    "can be used by anybody in both themes, at 900 px and 2,560 px: %s",
    async (_, path) => {
      const page = await visit(path(), { expects: /r0000000000a|404|422/ });
      await shown(page);
      await expectFits(page);
      await expectAccessible(page);
    },
  );

  it("shows its dialogs so that anybody can use them", async () => {
    const page = await visit(`/runs/${running}`);
    await page.getByRole("heading", { name: "delays" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Go to anything" }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Commands" }).click();
    await page.getByText(`flotilla cancel ${running}`).waitFor();
    await expectAccessible(page);
  });

  it("follows the system's theme until one is chosen, and then that", async () => {
    const page = await visit("/runs", { theme: "dark" });
    const theme = () => page.locator("html").getAttribute("data-theme");
    expect(await theme()).toBe("dark");
    await page.getByRole("button", { name: "Theme" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Light" }).click();
    await expect.poll(theme).toBe("light");
    await page.reload();
    expect(await theme()).toBe("light");
  });
});
