import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { noBrowser } from "./browser.ts";
import { expectAccessible } from "./check-page.ts";
import { brokenCode, mendedCode, pipelineFile } from "./fleet-project.ts";
import { Up } from "./up.ts";
import { makeViewers } from "./viewers.ts";

describe.skipIf(noBrowser !== undefined)(
  `a person's ways through the dashboard${noBrowser ? `: ${noBrowser}` : ""}`,
  () => {
    let up: Up;
    /** A run of the whole fleet, of which one carrier has failed. */
    let failed: string;
    const visit = makeViewers(() => up.url);

    beforeAll(async () => {
      up = new Up({ "pipeline.ts": pipelineFile });
      up.project.write("delays.py", brokenCode(up.project.directory));
      await up.start();
      failed = await up.startRun();
      await up.untilRunIs(failed, "failed");
    });
    afterEach(() => up.project.delete("hold"));
    afterAll(() => up?.remove());

    const search = (page: Page) => new URL(page.url()).searchParams;
    const states = (page: Page) => page.getByRole("group", { name: "Narrow to a state" });
    const tabTo = async (page: Page, element: string) => {
      for (let steps = 0; steps < 20 && (await page.locator(`${element}:focus`).count()) === 0; steps++)
        await page.keyboard.press("Tab");
      expect(await page.locator(`${element}:focus`).count(), `${element} is reached with Tab`).toBe(1);
    };
    const answer = async (page: Page, verb: string) => {
      await page.getByRole("dialog").getByRole("button", { name: verb, exact: true }).click();
      await page.getByRole("dialog").waitFor({ state: "detached" });
    };

    it("start a run from the form after a look at what it would do, and watch it to its end", async () => {
      up.project.write("hold", "");
      const page = await visit("/pipelines");
      await page.getByRole("link", { name: "Run…" }).click();
      const preview = page.getByRole("region", { name: "What it would do" });
      await page.getByRole("button", { name: "Start 50 tasks" }).waitFor();
      await page.getByLabel("lateMinutes").fill("0");
      await preview
        .getByText(/lateMinutes/)
        .first()
        .waitFor();
      expect(await page.getByRole("button", { name: /^Start/ }).isDisabled()).toBe(true);
      await page.getByLabel("lateMinutes").fill("30");
      await page.getByRole("radio", { name: "pr" }).click();
      await preview.getByText("flotilla run --select pr --param lateMinutes=30").waitFor();
      const start = page.getByRole("button", { name: /^Start \d+ tasks$/ });
      await expect.poll(() => start.innerText()).not.toBe("Start 50 tasks");
      await start.click();

      await page.waitForURL("**/runs/r*");
      await page.getByText("lateMinutes=30").waitFor();
      await states(page).getByRole("button", { name: "active" }).waitFor();
      await expect.poll(() => page.title()).toContain("running");
      up.project.delete("hold");
      await expect.poll(() => page.title()).toContain("succeeded");
      await states(page).getByRole("button", { name: "active" }).waitFor({ state: "detached" });
      await page.getByText("100 %").waitFor();
    });

    it("narrow all views to one state, and to a condition, by an address that says so", async () => {
      const page = await visit(`/runs/${failed}/tasks`);
      const table = page.getByRole("table", { name: "Tasks" });
      await table.getByText("succeeded").first().waitFor();
      await states(page).getByRole("button", { name: "9 failed" }).click();
      await page.getByRole("status").getByText("9 tasks").waitFor();
      await expect.poll(() => table.getByText("succeeded").count()).toBe(0);
      expect(search(page).get("state")).toBe("failed");
      await page.keyboard.press("/");
      await page.keyboard.type("origin=JFK");
      await page.keyboard.press("Enter");
      await page.getByRole("status").getByText("3 tasks").waitFor();
      expect(search(page).get("where")).toBe("origin=JFK");
      await page.getByRole("link", { name: "Fleet" }).click();
      await page.getByRole("button", { name: "Remove state failed" }).waitFor();
      await page.goBack();
      await page.getByRole("status").getByText("3 tasks").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("status").getByText("50 tasks").waitFor();
    });

    it("find what failed, what it has in common, and the log at that point", async () => {
      const page = await visit(`/runs/${failed}`);
      await page.getByRole("link", { name: "Failures 9" }).click();
      const group = page.getByRole("article");
      await group.getByRole("heading", { name: "ValueError: not enough flights" }).waitFor();
      expect(await group.count()).toBe(1);
      expect(await group.innerText()).toMatch(/9 tasks[\s\S]*of train[\s\S]*blocks 4 others[\s\S]*delays\.py:14/);
      await group.getByText(/^What all 9 have in common:\s*carrier = OO$/).waitFor();
      await group.getByText('raise ValueError(f"not enough flights').waitFor();
      await group.getByRole("button", { name: "carrier = OO" }).click();
      await page.getByRole("button", { name: "Remove where carrier=OO" }).waitFor();
      await group.getByRole("button", { name: /^train\[/ }).click();
      const panel = page.getByRole("complementary");
      // The first of them to fail: which that is is for the machine to say.
      const said = /ValueError: not enough flights in 2\d days/;
      await panel.getByRole("log").getByText(said).last().waitFor();
      // Colours are obeyed, nothing else of what the terminal would be told.
      expect(await panel.getByRole("log").innerText()).not.toContain("\u001b");
      await panel.getByRole("tab", { name: "Overview" }).click();
      await panel.getByText(said).first().waitFor();
    });

    it("go from the runs to the log of a task by keyboard only, and back", async () => {
      const page = await visit("/runs");
      await page.getByRole("table", { name: "Runs" }).getByText("delays").first().waitFor();
      await page.keyboard.press("/");
      await page.keyboard.type(failed);
      await expect.poll(() => search(page).get("search")).toBe(failed);
      await expect.poll(() => page.locator("[data-row]").count()).toBe(1);
      await tabTo(page, "[data-row]");
      await page.keyboard.press("Enter");
      await page.waitForURL(`**/runs/${failed}`);
      await page.getByRole("heading", { name: "delays" }).waitFor();
      await page.keyboard.press("5");
      await page.waitForURL(`**/runs/${failed}/tasks`);
      await page.getByRole("table", { name: "Tasks" }).getByText("train").first().waitFor();
      await page.keyboard.press("j");
      await page.keyboard.press("j");
      await page.keyboard.press("k");
      await page.keyboard.press("Enter");
      const panel = page.getByRole("complementary");
      await panel.waitFor();
      // The focus goes along into the panel, so that Tab leads through it.
      await page.locator("aside:focus").waitFor();
      await tabTo(page, "#tab-log");
      await page.keyboard.press("Enter");
      await panel.getByRole("log").getByText("fits, and is done").or(panel.getByText("three airports")).waitFor();
      await page.keyboard.press("Escape");
      await panel.waitFor({ state: "detached" });
      await page.keyboard.press("g");
      await page.keyboard.press("r");
      await page.waitForURL("**/runs");
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keys" }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "detached" });
    });

    it("open an old link, which holds all that was looked at, and what it no longer understands is let be", async () => {
      const task = encodeURIComponent("train[origin=JFK,carrier=OO,month=2]");
      const page = await visit(
        `/runs/${failed}/tasks?state=failed&state=forgotten&step=train&where=carrier=OO&sort=-output:forgotten&task=${task}&panel=log&colour=pink`,
      );
      await page.getByRole("status").getByText("9 tasks").waitFor();
      for (const chip of ["state failed", "step train", "where carrier=OO"])
        await page.getByRole("button", { name: `Remove ${chip}` }).waitFor();
      const panel = page.getByRole("complementary");
      await panel.getByRole("log").getByText("not enough flights in 22 days").last().waitFor();
      await page.reload();
      await panel.getByRole("log").getByText("not enough flights in 22 days").last().waitFor();
      await page.getByRole("status").getByText("9 tasks").waitFor();
      expect([search(page).get("sort"), search(page).getAll("state")]).toEqual(["-output:forgotten", ["failed"]]);
    });

    it("pause, resume and cancel a run, each after being told what it does", async () => {
      up.project.write("hold", "");
      const id = await up.startRun();
      const page = await visit(`/runs/${id}`);
      await states(page).getByRole("button", { name: "active" }).waitFor();
      await page.getByRole("button", { name: "Pause" }).click();
      await page.getByRole("dialog").getByText(`flotilla pause ${id}`).waitFor();
      await expectAccessible(page);
      await answer(page, "Pause");
      await page.getByRole("button", { name: "Resume" }).click();
      await answer(page, "Resume");
      await page.getByRole("button", { name: "Pause" }).waitFor();
      await page.getByRole("button", { name: "Cancel", exact: true }).click();
      await answer(page, "Cancel the run");
      await expect.poll(() => page.title()).toContain("cancelled");
      await page.getByRole("button", { name: "Cancel", exact: true }).waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Retry failed" }).waitFor();
      expect((await up.run(id)).state).toBe("cancelled");
    });

    it("are told when the run they look at is deleted", async () => {
      const id = await up.startRun({ select: "pr" });
      await up.untilRunIs(id, "succeeded");
      const page = await visit(`/runs/${id}/tasks?task=extract`, { expects: new RegExp(`404|${id}`) });
      await page
        .getByRole("complementary")
        .getByText("three airports")
        .or(page.getByText("Why", { exact: true }))
        .first()
        .waitFor();
      const { code } = await up.project.flotilla("gc", id);
      expect(code).toBe(0);
      await page.getByText("This run has been deleted").waitFor();
      await page.getByRole("link", { name: "All runs" }).click();
      await page.getByRole("table", { name: "Runs" }).getByText(failed.slice(0, 10)).waitFor();
      expect(await page.getByText(id.slice(0, 10)).count()).toBe(0);
      await page.goto(`/runs/${id}`);
      await page.getByRole("alert").getByText("RUN_NOT_FOUND").waitFor();
    });

    it("retry what failed after mending the code, and see it turn green", async () => {
      const page = await visit(`/runs/${failed}/failures`);
      up.project.write("delays.py", mendedCode(up.project.directory));
      await page.getByRole("button", { name: "Retry these" }).click();
      await page.getByRole("dialog").getByText("4 tasks that wait behind them follow by themselves").waitFor();
      await answer(page, "Retry");
      await page.getByText("Nothing has failed").waitFor();
      await expect.poll(() => page.title()).toContain("succeeded");
      await states(page).getByRole("button", { name: "50 succeeded" }).waitFor();
      expect((await up.run(failed)).tasks).toMatchObject({ succeeded: 50, failed: 0, blocked: 0 });
    });
  },
);
