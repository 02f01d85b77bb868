import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startAlteringProxy } from "./altering-proxy.ts";
import { noBrowser } from "./browser.ts";
import { expectAccessible, shown } from "./check-page.ts";
import { brokenCode, mendedCode, pipelineFile } from "./fleet-project.ts";
import { Up } from "./up.ts";
import { makeViewers } from "./viewers.ts";

describe.skipIf(noBrowser !== undefined)(`the server behind the dashboard${noBrowser ? `: ${noBrowser}` : ""}`, () => {
  let up: Up;
  /** Where the page is asked for: a proxy in some tests. */
  let front: string | undefined;
  const visit = makeViewers(() => front ?? up.url);

  beforeAll(async () => {
    up = new Up({ "pipeline.ts": pipelineFile });
    up.project.write("delays.py", mendedCode(up.project.directory));
    await up.start();
  });
  afterEach(() => {
    front = undefined;
    up.project.delete("hold");
  });
  afterAll(() => up?.remove());

  it("is killed and comes back: the page says so and recovers by itself, and the run is unharmed", async () => {
    up.project.write("hold", "");
    const run = await up.startRun();
    const page = await visit(`/runs/${run}`, { expects: /ERR_|network error|Failed to fetch/ });
    await page.getByText("Live", { exact: true }).waitFor();
    const active = page.getByRole("group", { name: "Narrow to a state" }).getByRole("button", { name: "active" });
    await active.waitFor();
    await page.getByRole("link", { name: "Definition" }).hover();
    // It may be there already: pages load the code of their views when they are idle.
    const isThere = "performance.getEntriesByType('resource').some(({ name }) => /definition-view/.test(name))";
    await expect.poll(() => page.evaluate(isThere)).toBe(true);
    const { port } = up;
    await up.end("SIGKILL");
    await page.getByText(/Connection lost .* ago/).waitFor();
    await active.waitFor();
    // A view whose code is not there yet waits for it. One whose data cannot be had says so, and has them later.
    await page.getByRole("link", { name: "Tasks" }).click();
    await page.getByText(/Connection lost .* ago/).waitFor();
    await page.getByRole("link", { name: "Definition" }).click();
    await page.getByRole("alert").waitFor();

    await up.start("--port", port);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByText(/Connection lost/).waitFor({ state: "detached" });
    await page.getByText("lateMinutes").first().waitFor();
    await page.getByRole("link", { name: "Tasks" }).click();
    await page.getByRole("table", { name: "Tasks" }).getByText("train").first().waitFor();
    up.project.delete("hold");
    await expect.poll(() => page.title(), { timeout: 40_000 }).toContain("succeeded");
    await page.getByRole("button", { name: "50 succeeded" }).waitFor();
    const { tasks } = (await (await fetch(`${up.url}/api/v1/runs/${run}/tasks?limit=100`)).json()) as {
      tasks: { attempts: number }[];
    };
    expect(tasks.map(({ attempts }) => attempts)).toEqual(Array.from({ length: 50 }, () => 1));
  });

  it("is of another version than the page, which says so and offers to be loaded anew", async () => {
    const proxy = await startAlteringProxy(up.url, "/api/v1/server", (answer) => ({ ...answer, apiVersion: 2 }));
    try {
      front = proxy.url;
      const page = await visit("/runs");
      await page.getByText("This page speaks version 1 of the API, the server version 2.").waitFor();
      await shown(page);
      await expectAccessible(page);
      const loaded = page.waitForEvent("load");
      await page.getByRole("button", { name: "Load the page anew" }).click();
      await loaded;
      await page.getByText("the server version 2.").waitFor();
      await page.goto("about:blank");
    } finally {
      await proxy.close();
    }
  });

  it("has another time than the viewer, whose page says so and measures by the server's", async () => {
    const run = await up.startRun({ select: "pr" });
    await up.untilRunIs(run, "succeeded");
    const hours = 3_600_000;
    for (const [by, words] of [
      [2 * hours, "ahead of"],
      [-2 * hours, "behind"],
    ] as const) {
      const page = await visit(`/runs/${run}`, {
        before: ({ clock }) => clock.setSystemTime(Date.now() + by),
      });
      const wrong = page.getByText(/^The clock of this computer is 2 h 00 m .* the server’s/);
      expect(await wrong.innerText()).toContain(words);
      await page.getByRole("heading", { name: "delays" }).waitFor();
      await expect.poll(() => page.getByRole("main").innerText()).toMatch(/Started\s+(now|\d+ s ago)/);
      await expect.poll(() => page.getByRole("main").innerText()).toMatch(/Ended\s+(now|\d+ s ago)/);
    }
  });

  describe("that has tokens", () => {
    let run: string;
    beforeAll(async () => {
      up.project.write("delays.py", brokenCode(up.project.directory));
      run = await up.startRun();
      await up.untilRunIs(run, "failed");
    });

    it("asks for a token as soon as there is one; who may only look is offered nothing else", async () => {
      const { token } = await up.project.json<{ token: string }>(
        "token",
        "create",
        "--name",
        "screen",
        "--role",
        "viewer",
      );
      const page = await visit(`/runs/${run}/failures`, { expects: /401|403/ });
      const field = page.getByLabel("Token");
      // The server notices a new token within seconds.
      await expect
        .poll(async () => {
          if ((await field.count()) === 0) await page.reload();
          return field.count();
        })
        .toBe(1);
      await expectAccessible(page);
      await field.fill("not-a-token");
      await page.getByRole("button", { name: "Log in" }).click();
      await page.getByRole("alert").waitFor();
      expect(await page.getByRole("alert").innerText()).not.toContain("not-a-token");
      await field.fill(token);
      await page.keyboard.press("Enter");
      await page.getByRole("article").getByText("not enough flights").first().waitFor();
      expect(await page.context().cookies()).toContainEqual(
        expect.objectContaining({ httpOnly: true, sameSite: "Strict" }),
      );
      expect(await page.evaluate("document.cookie")).not.toContain(token);

      const acts = page.getByRole("button", { name: /^(Retry|Cancel|Pause|Resume|Run again|Start)/, disabled: false });
      await page.getByRole("link", { name: "Fleet" }).first().waitFor();
      await expect.poll(() => acts.count()).toBe(0);
      await page.goto(`/runs/${run}/tasks?task=extract`);
      await page.getByRole("complementary").getByText("Attempt", { exact: true }).waitFor();
      expect(await acts.count()).toBe(0);
      await page.goto("/pipelines/delays/run");
      await page.getByRole("heading", { name: "Run delays" }).waitFor();
      await page
        .getByRole("alert")
        .or(page.getByRole("button", { name: /^Start/ }))
        .first()
        .waitFor();
      expect(await acts.count()).toBe(0);
    });

    it("lets an operator in by the link that the token came with, and the address forgets it", async () => {
      const { token } = await up.project.json<{ token: string }>(
        "token",
        "create",
        "--name",
        "ada",
        "--role",
        "operator",
      );
      const page = await visit(`/runs#token=${token}`, { expects: /401/ });
      const row = page.getByRole("table", { name: "Runs" }).getByRole("link", { name: "delays" }).first();
      await row.waitFor();
      expect(page.url()).not.toContain(token);
      await row.click();
      await page.getByRole("button", { name: "Retry failed" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Not now" }).click();
    });
  });
});
