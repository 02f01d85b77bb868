import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noBrowser } from "./browser.ts";
import { expectAccessible, expectFits, shown } from "./check-page.ts";
import { hostileCode, hostilePipeline, markup } from "./hostile-project.ts";
import { Up } from "./up.ts";
import { makeViewers } from "./viewers.ts";

/** Busy for longer, the page would feel frozen; with room for a machine that does other things too. */
const longestTaskMs = 1_500;

describe.skipIf(noBrowser !== undefined)(`what tasks report is hostile${noBrowser ? `: ${noBrowser}` : ""}`, () => {
  let up: Up;
  let run: string;
  let open: Page;
  const look = makeViewers(() => up.url);

  beforeAll(async () => {
    up = new Up({ "pipeline.ts": hostilePipeline, "hostile.py": hostileCode });
    await up.start();
    run = await up.startRun({ params: { text: markup, __proto__x: "y" } });
    await up.untilRun(run, ({ tasks }) => tasks.succeeded === 3 && tasks.failed === 3);
  });
  afterAll(() => up?.remove());

  /** A page that notes whether anything has executed, and how long it was busy at a time. */
  const visit = async (path: string, expects?: RegExp): Promise<Page> => {
    open = await look(path, {
      ...(expects && { expects }),
      before: async (page) => {
        page.on("dialog", (dialog) => void dialog.dismiss().then(() => expect(dialog.message()).toBe("no dialog")));
        await page.addInitScript(`
          window.busiest = 0;
          new PerformanceObserver((list) => {
            for (const { duration } of list.getEntries()) window.busiest = Math.max(window.busiest, duration);
          }).observe({ type: "longtask" });
        `);
      },
    });
    return open;
  };
  const expectHarmless = async (page: Page): Promise<void> => {
    expect(await page.evaluate("[typeof window.owned, typeof {}.owned]")).toEqual(["undefined", "undefined"]);
    expect(await page.title()).not.toContain("owned");
    expect(await page.locator("main img[onerror], main script").count()).toBe(0);
    expect(await page.getByRole("main").innerText()).not.toMatch(/[^\P{Cc}\n\t]|\u202e/u);
    expect(await page.evaluate("window.busiest")).toBeLessThan(longestTaskMs);
  };

  it.each([
    ["the runs", () => "/runs", "text=<img"],
    ["a run", () => `/runs/${run}`, "text=<img"],
    ["its fleet", () => `/runs/${run}/fleet?of=fails`, '<img src=x onerror="window.owned=1">'],
    ["its timeline", () => `/runs/${run}/timeline`, "fails[name="],
    ["its failures", () => `/runs/${run}/failures`, "<img src=x onerror"],
    ["its tasks", () => `/runs/${run}/tasks?step=fails`, "hostile.Error<img"],
    ["a search in its logs", () => `/runs/${run}/logs?text=${encodeURIComponent("<img src=x")}`, "onerror"],
    ["its definition", () => `/runs/${run}/definition`, "<img src=x"],
    ["the pipeline", () => "/pipelines/hostile", "<img src=x"],
    ["a new run of it", () => "/pipelines/hostile/run", "<img src=x"],
  ])("is text on the page of %s, which stays within its frame and can be used by anybody", async (_, path, words) => {
    const page = await visit(path());
    await expect.poll(() => page.getByRole("main").innerText()).toContain(words);
    await shown(page);
    await expectHarmless(page);
    await expectFits(page, [900]);
    await expectAccessible(page);
  });

  it("is text in a task: why it failed, and by which error", async () => {
    const tasks = (await (await fetch(`${up.url}/api/v1/runs/${run}/tasks?step=fails`)).json()) as {
      tasks: { ref: string }[];
    };
    const page = await visit(`/runs/${run}/tasks`);
    for (const { ref } of tasks.tasks) {
      await page.goto(`/runs/${run}/tasks?step=fails&task=${encodeURIComponent(ref)}`);
      const panel = page.getByRole("complementary");
      await panel.getByText("onerror").first().waitFor();
      await expectHarmless(page);
      await page.keyboard.press("Escape");
      await panel.waitFor({ state: "detached" });
    }
  });

  it("is text as a value, however large and deep, cut with the way to the whole", async () => {
    const page = await visit(`/runs/${run}/tasks?panel=values&task=values`);
    const panel = page.getByRole("complementary");
    await panel.getByText("5e-324").or(panel.getByText("4.941e-324")).waitFor();
    await panel.getByText('"__proto__"').waitFor();
    await panel.getByText("flotilla show --json has the whole").first().waitFor();
    await expectHarmless(page);
    await expectAccessible(page);
    const shownTask = await up.project.json<{ outputs: { large: { value: unknown[] } } }>(
      "show",
      "values",
      "--run",
      run,
    );
    expect(shownTask.outputs.large.value).toHaveLength(40_000);
  });

  it("is shown in a frame that may do nothing where it is a page or a picture with scripts", async () => {
    const blocked = /Blocked script execution|sandboxed|Content Security Policy|elsewhere\.test|: csp$/;
    const page = await visit(`/runs/${run}/tasks?panel=values&task=files`, blocked);
    const panel = page.getByRole("complementary");
    const asked: string[] = [];
    page.context().on("request", (request) => asked.push(request.url()));
    // What the policy stops has been wished for, but not sent.
    page.context().on("requestfailed", (request) => {
      if (request.failure()?.errorText === "csp") asked.splice(asked.indexOf(request.url()), 1);
    });
    const previews = panel.getByRole("button", { name: "Preview" });
    await expect.poll(() => previews.count()).toBe(5);
    while ((await previews.count()) > 0) await previews.first().click();
    await panel.frameLocator("iframe").first().getByText("shown as a page").waitFor();
    await panel.frameLocator("iframe").nth(1).locator("circle").waitFor();
    await panel.getByText("400 MiB").first().waitFor();
    await panel.getByText(/beginning 00626567696e/).waitFor();
    await panel.getByRole("table").getByText("=cmd()").waitFor();
    await panel.getByRole("button", { name: "onerror=owned" }).click();
    await panel.locator("pre").getByText("<script>").waitFor();
    for (const frame of await panel.locator("iframe").all()) expect(await frame.getAttribute("sandbox")).toBe("");
    await expectHarmless(page);

    const saved = page.waitForEvent("download");
    await panel.getByRole("link", { name: "Download large.bin" }).click();
    expect((await saved).suggestedFilename()).toBe("large.bin");
    await (await saved).cancel();

    const alone = page.context().waitForEvent("page");
    await panel.getByRole("link", { name: "Open in a tab of its own" }).first().click();
    const tab = await alone;
    await tab.getByText("shown as a page").waitFor();
    expect(await tab.evaluate("typeof window.owned")).toBe("undefined");
    expect(new URL(tab.url()).origin).toBe(up.url);
    expect(asked.filter((url) => !url.startsWith(up.url))).toEqual([]);
    await tab.close();
  });

  it("is text as a log: colours are obeyed and nothing else, long lines are cut, and whole on demand", async () => {
    const page = await visit(`/runs/${run}/tasks?panel=log&task=prints`);
    const log = page.getByRole("log");
    await log.getByText("done", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Start (g g)" }).click();
    await log.getByText("<img src=x onerror").waitFor();
    await log.getByText("red", { exact: true }).waitFor();
    await log.getByText(/broken .* and NUL .* end/).waitFor();
    await log.getByText("overwritten").waitFor();
    await expectHarmless(page);
    expect(await log.getByRole("link").count()).toBe(0);
    const whole = log.getByRole("button", { name: /1\.0 MiB/ });
    await expect.poll(() => whole.count()).toBe(3);
    await whole.first().click();
    const dialog = page.getByRole("dialog");
    const next = dialog.getByRole("button", { name: "Next" });
    await dialog.getByText(/Part 1 of \d+/).waitFor();
    while (await next.isEnabled()) await next.click();
    await dialog.getByText("the last of it").waitFor();
    await expectHarmless(page);
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await page.getByLabel("Find in this log").fill("the last of it");
    await page.getByText("3 hits").waitFor();
    await expectHarmless(page);
  });
});
