import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FakeFailure } from "../src/fakes/answer.ts";
import { fakeApi } from "../src/fakes/fake-api.ts";
import { fakeLog } from "../src/fakes/fake-log.ts";
import { makeRun } from "../src/fakes/make-run.ts";
import { makeTask } from "../src/fakes/make-task.ts";
import { makeWorld } from "../src/fakes/world.ts";
import { startFakeServer, type FakeServer } from "./fake-server.ts";
import { expectAccessible, openPage, startBrowser, type OpenPage } from "./open-page.ts";

const world = makeWorld();
const id = world.detail.id;
const failed = world.tasks.find(({ state }) => state === "failed")!.ref;

let browser: Browser;
let server: FakeServer;
let open: OpenPage[] = [];

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  server = await startFakeServer();
  server.api = fakeApi(world);
});
afterEach(async () => {
  const troubles = open.flatMap((one) => one.troubles);
  for (const one of open) await one.close();
  open = [];
  await server.stop();
  if (troubles.length > 0) throw new Error(`the page had troubles:\n${troubles.join("\n")}`);
});

async function visit(path: string, options = {}): Promise<Page> {
  const opened = await openPage(browser, server.url + path, options);
  open.push(opened);
  await opened.page.locator("#app > *").first().waitFor();
  return opened.page;
}

/** Waits for it, and fails when it does not come. */
async function expectShown(locator: Locator, timeout = 10_000): Promise<void> {
  await locator.waitFor({ timeout });
}

const search = (page: Page) => new URL(page.url()).searchParams;

describe("every page", () => {
  const paths = {
    "the runs": "/runs",
    "a run": `/runs/${id}`,
    "the fleet": `/runs/${id}/fleet`,
    "the timeline": `/runs/${id}/timeline`,
    "the failures": `/runs/${id}/failures`,
    "the tasks, with one open": `/runs/${id}/tasks?task=${encodeURIComponent(failed)}`,
    "a log": `/runs/${id}/tasks?panel=log&task=${encodeURIComponent(failed)}`,
    "the logs": `/runs/${id}/logs?text=loss`,
    "the definition": `/runs/${id}/definition`,
    "the pipelines": "/pipelines",
    "a pipeline": "/pipelines/flight-delays",
    "a new run": "/pipelines/flight-delays/run",
    "the platforms": "/platforms",
  };
  it.each(Object.entries(paths))(
    "%s: anybody can use it, in both themes, and nothing of it is wider than the window",
    async (_, path) => {
      for (const [theme, width] of [
        ["dark", 900],
        ["light", 1440],
      ] as const) {
        const page = await visit(path, { theme, width });
        await page.getByRole("main").waitFor();
        await expect.poll(() => page.locator(".skeleton").count()).toBe(0);
        await expectAccessible(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      }
    },
  );
});

describe("the runs", () => {
  it("are narrowed by words and states, which the address keeps", async () => {
    const page = await visit("/runs");
    await page.getByRole("searchbox").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("employment");
    await expect.poll(() => search(page).get("search")).toBe("employment");
    await page.getByRole("button", { name: "failed" }).click();
    await expect.poll(() => search(page).get("state")).toBe("failed");
    await page.reload();
    await page.getByRole("link", { name: "employment" }).first().waitFor();
    expect(await page.getByRole("link", { name: "flight-delays" }).count()).toBe(0);
  });

  it("are gone through by keyboard only", async () => {
    const page = await visit("/runs");
    await page.getByRole("link", { name: "flight-delays" }).first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/runs/${world.runs[1]!.id}`);
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    await page.waitForURL("**/pipelines");
    await expectShown(page.getByRole("heading", { name: "Pipelines" }));
  });

  it("stay quick when there are ten thousand", async () => {
    server.api = fakeApi(makeWorld({ runs: 10_000, months: 1 }));
    const page = await visit("/runs");
    await page.getByRole("link", { name: "flight-delays" }).first().waitFor();
    for (let at = 0; at < 12; at++) {
      await page.mouse.move(600, 500);
      await page.mouse.wheel(0, 4_000);
      await expect.poll(() => page.locator("[data-row] .skeleton").count()).toBe(0);
    }
    expect(await page.locator("[data-row]").count()).toBeLessThan(60);
    expect(server.requests.every((request) => !request.includes("limit=1000"))).toBe(true);
  });

  it("say what starts one when there is none, and never before that is known", async () => {
    let answer = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (answer = resolve));
    const page = await visit("/platforms");
    await page.route("**/api/v1/runs?*", async (route) => {
      await waiting;
      await route.fulfill({ json: { runs: [] } });
    });
    await page.getByRole("link", { name: "Runs", exact: true }).click();
    await page.getByRole("status", { name: "Loading" }).waitFor();
    expect(await page.getByText("No runs yet").count()).toBe(0);
    answer();
    await page.getByText("No runs yet").waitFor();
    await page.getByText("flotilla run", { exact: true }).waitFor();
  });

  it("say what went wrong, by code and with what to do", async () => {
    const failure = new FakeFailure(422, { code: "USAGE", message: "no such state", mend: "take another" });
    server.api = { ...fakeApi(world), listRuns: () => failure as never };
    const page = await visit("/runs");
    const alert = page.getByRole("alert");
    await alert.getByText("no such state").waitFor();
    expect(await alert.innerText()).toMatch(/take another[\s\S]*USAGE/);
  });
});

describe("a run", () => {
  it("has one selection in all its views, which Esc clears", async () => {
    const page = await visit(`/runs/${id}/tasks`);
    await page.getByRole("group", { name: "Narrow to a state" }).getByRole("button", { name: "failed" }).click();
    await page.getByRole("button", { name: "Remove state failed" }).waitFor();
    await expect.poll(() => page.getByRole("table").getByText("succeeded").count()).toBe(0);
    await page.getByRole("link", { name: "Logs" }).click();
    await page.getByRole("button", { name: "Remove state failed" }).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => search(page).get("state")).toBe(null);
  });

  it("shows a task beside the view, by an address that can be sent to somebody", async () => {
    const page = await visit(`/runs/${id}/tasks?state=failed`);
    await page.getByRole("row").nth(1).click();
    const panel = page.getByRole("complementary");
    await panel.getByText("not enough flights in 28 days").first().waitFor();
    expect(search(page).get("task")).toMatch(/^train\[/);
    await page.reload();
    await panel.getByText("not enough flights in 28 days").first().waitFor();
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    expect(search(page).get("state")).toBe("failed");
  });

  it("changes as things happen, and asks for nothing while nothing does", async () => {
    const page = await visit(`/runs/${id}/tasks`);
    await page.getByRole("table", { name: "Tasks" }).getByText("succeeded").first().waitFor();
    await expect.poll(() => server.streams).toBe(1);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_500)));
    const before = server.requests.length;
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 3_000)));
    expect(server.requests.slice(before)).toEqual([]);

    const tasks = { ...world.detail.tasks, succeeded: 4_321 };
    server.emit("run", {
      run: { ...makeRun({ ...world.detail, version: 11 }), tasks },
      steps: world.detail.steps.map(({ counts }) => counts),
      medianMs: [],
      changedTasks: 1,
    });
    await page.getByRole("button", { name: "4,321 succeeded" }).waitFor();
    await expect
      .poll(() => server.requests.slice(before).filter((request) => request.includes("/tasks")).length)
      .toBe(1);
  });

  it("asks before it cancels, says how the command line does it, and does it once", async () => {
    const page = await visit(`/runs/${id}`);
    await page.getByRole("button", { name: "Cancel" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(`flotilla cancel ${id.slice(0, 12)}`).waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    expect(server.requests.filter((request) => request.startsWith("POST"))).toEqual([]);
    await page.getByRole("button", { name: "Cancel" }).click();
    await dialog.getByRole("button", { name: "Cancel the run" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(server.requests.filter((request) => request.startsWith("POST"))).toEqual([`POST /api/v1/runs/${id}/cancel`]);
  });

  it("says when it was deleted meanwhile", async () => {
    const page = await visit(`/runs/${id}`);
    await page.getByRole("heading", { name: "flight-delays" }).waitFor();
    await expect.poll(() => server.streams).toBe(1);
    server.emit("runs", { changed: [], deleted: [id] });
    await expectShown(page.getByText("This run has been deleted"));
  });
});

describe("the tasks", () => {
  it("are narrowed by a condition once it is written out, and told what is wrong with it", async () => {
    const page = await visit(`/runs/${id}/tasks`);
    const box = page.getByLabel("Narrow by a condition");
    await box.fill("planet=Mars");
    await page.keyboard.press("Enter");
    await page.getByText("The run has no dimension “planet”, but origin, carrier, month, rows.").waitFor();
    await box.fill("carrier=OO");
    expect(search(page).get("where")).toBe(null);
    await page.keyboard.press("Enter");
    await expect.poll(() => search(page).get("where")).toBe("carrier=OO");
    await expectShown(page.getByText("39 tasks"));
  });

  it("are sorted by what steps yield, and keep what they showed until the answer has come", async () => {
    const page = await visit(`/runs/${id}/tasks?step=train`);
    await page.getByRole("row").nth(5).waitFor();
    await page.getByRole("button", { name: "auc" }).click();
    await page.getByRole("button", { name: "auc" }).click();
    await expect.poll(() => search(page).get("sort")).toBe("-output:auc");
    expect(await page.getByRole("columnheader", { name: "auc" }).getAttribute("aria-sort")).toBe("descending");
    await expect.poll(() => page.getByRole("row").nth(1).innerText()).toMatch(/0\.90|0\.91/);
  });
});

describe("a failure", () => {
  it("leads to its tasks, to what they share, and to a retry of just these", async () => {
    const page = await visit(`/runs/${id}/failures`);
    const group = page.getByRole("article").first();
    await group.getByRole("button", { name: "carrier = OO" }).click();
    await page.getByRole("button", { name: "Remove where carrier=OO" }).waitFor();
    const sent = page.waitForRequest((request) => request.url().endsWith("/restart"));
    await group.getByRole("button", { name: "Retry these" }).click();
    await page.getByRole("dialog").getByText("flotilla restart r0123456789a --cause 'user ValueError").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Retry" }).click();
    expect((await sent).postDataJSON()).toEqual({
      cause: "user ValueError: not enough flights in # days flights/train.py:48",
    });
  });
});

describe("failures beyond those that are listed", () => {
  it("are counted", async () => {
    server.api = {
      ...fakeApi(world),
      listFailures: (request) => ({ ...fakeApi(world).listFailures!(request), more: 27 }),
    };
    const page = await visit(`/runs/${id}/failures`);
    await expectShown(page.getByText("27 more causes are not listed"));
  });
});

describe("a log", () => {
  const path = `/runs/${id}/tasks?panel=log&task=${encodeURIComponent(failed)}`;

  it("opens at its end, goes to its start, and holds only what is on the screen", async () => {
    const page = await visit(path);
    const log = page.getByRole("log");
    await log.getByText("39999").waitFor();
    expect(await log.locator(":scope > div > div").count()).toBeLessThan(120);
    await page.getByRole("button", { name: "Start (g g)" }).click();
    await log.getByText("epoch      0").waitFor();
    await log.hover();
    for (let at = 0; at < 30; at++) await page.mouse.wheel(0, 6_000);
    await expect.poll(() => log.evaluate((element) => element.scrollHeight)).toBeGreaterThan(18 * 1_000);
    expect(await log.evaluate((element) => element.scrollHeight)).toBeLessThan(18 * 12_100);
  });

  it("is read on when it is told to have grown, and asked for nothing until then", async () => {
    let lines = 100;
    const asked = () => server.requests.filter((request) => request.includes("/logs?")).length;
    server.api = {
      ...fakeApi(world),
      readLogs: (request) => ({ ...fakeLog(request, lines), ended: lines === 300 }),
    };
    const page = await visit(path);
    const log = page.getByRole("log");
    await log.getByText("epoch     99").waitFor();
    await expect.poll(() => server.requests.filter((request) => request.includes("&log=")).length).toBe(1);
    const before = asked();
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 3_000)));
    expect(asked()).toBe(before);
    for (const [next, last] of [
      [200, "epoch    199"],
      [300, "epoch    299"],
    ] as const) {
      lines = next;
      server.emit("log", { run: id, task: failed, attempt: 1, size: next * 100, ended: next === 300 });
      await log.getByText(last).waitFor();
    }
    expect(asked()).toBe(before + 2);
    // It has ended: the server need not look at it any more.
    await expect.poll(() => server.requests.findLast((request) => request.includes("/events"))).not.toContain("&log=");
  });

  it("shows a very long line cut, and whole on demand", async () => {
    const page = await visit(path);
    const whole = page.getByRole("log").getByRole("button", { name: /the whole line/ });
    await whole.first().click();
    await expectShown(page.getByRole("dialog").getByText('{"weights"'));
  });
});

describe("a text in the logs", () => {
  it("is found in all tasks, and leads to its line", async () => {
    const page = await visit(`/runs/${id}/logs`);
    await page.getByRole("searchbox").fill("loss");
    await page.getByText("82 lines in 20 tasks").waitFor();
    await page.getByRole("region", { name: "train[origin=EWR,carrier=9E,month=2]" }).getByRole("button").nth(2).click();
    await expect.poll(() => search(page).get("at")).toBe("100");
    await expectShown(page.getByRole("log").getByText("epoch      1").first());
  });
});

describe("somebody who only looks", () => {
  it("is offered nothing that would be refused", async () => {
    server.api = { ...fakeApi(world), server: () => ({ ...fakeApi(world).server!({}), role: "viewer" }) };
    const page = await visit(`/runs/${id}`);
    const cancel = page.getByRole("button", { name: "Cancel" });
    await expect.poll(() => cancel.isDisabled()).toBe(true);
  });
});

describe("a new run", () => {
  it("is checked as it is filled in, previewed, and started", async () => {
    const page = await visit("/pipelines/flight-delays/run");
    await page.getByRole("button", { name: "Start 442 tasks" }).waitFor();
    await page.getByLabel("lateMinutes").fill("1.5");
    await page.getByText("must be a whole number").first().waitFor();
    expect(await page.getByRole("button", { name: /Start/ }).isDisabled()).toBe(true);
    await page.getByLabel("lateMinutes").fill("45");
    await page.getByRole("radio", { name: "pr" }).click();
    await page.getByLabel("Narrow by a condition").fill("origin=JFK");
    await page.keyboard.press("Enter");
    await page.getByText("flotilla run --select pr --where origin=JFK --param lateMinutes=45").waitFor();
    const sent = page.waitForRequest(
      (request) => request.method() === "POST" && request.url().endsWith("/api/v1/runs"),
    );
    await page.getByRole("button", { name: "Start 442 tasks" }).click();
    const request = await sent;
    expect(request.postDataJSON()).toEqual({
      file: "pipeline.ts",
      params: { lateMinutes: 45 },
      where: ["origin=JFK"],
      select: "pr",
    });
    expect(request.headers()["idempotency-key"]).toMatch(/^[0-9a-f]{32}$/);
    await page.waitForURL(`**/runs/${id}`);
  });
});

describe("the server", () => {
  it("that goes away is missed in words, and found again without a hand", async () => {
    const page = await visit(`/runs/${id}`);
    await page.getByText("Live", { exact: true }).waitFor();
    await server.stop();
    await page.getByText(/Connection lost .* ago/).waitFor();
    await page.getByRole("heading", { name: "flight-delays" }).waitFor();
    await server.start();
    await expectShown(page.getByText("Live", { exact: true }), 20_000);
  });

  it("that knows nobody is told a token, by hand or by the address, which forgets it", async () => {
    server.demandToken("secret");
    const page = await visit("/runs");
    await expectAccessible(page);
    await page.getByLabel("Token").fill("wrong");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("this token is not known here").waitFor();
    await page.getByLabel("Token").fill("secret");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "flight-delays" }).first().waitFor();

    const other = await visit("/runs#token=secret");
    await other.getByRole("link", { name: "flight-delays" }).first().waitFor();
    expect(other.url()).not.toContain("secret");
  });

  it("of another version of the API, or with another time, is said plainly", async () => {
    server.api = { ...fakeApi(world), server: () => ({ ...fakeApi(world).server!({}), apiVersion: 2 }) };
    const page = await visit("/runs");
    await page.getByText("This page speaks version 1 of the API, the server version 2.").waitFor();
    await expect.poll(() => server.streams).toBe(1);
    server.emit("reset", { now: Date.now() + 300_000 });
    await expectShown(page.getByText("The clock of this computer is 5 m 00 s behind the server’s."));
  });
});

describe("what tasks report", () => {
  it("is text, whatever it says", async () => {
    const evil = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>\u001b[2J\u202e`;
    const task = makeTask({
      step: evil,
      key: { [evil]: evil, __proto__x: "y" },
      state: "failed",
      error: evil,
      why: evil,
    });
    server.api = {
      ...fakeApi(world),
      getRun: () => ({
        ...world.detail,
        pipeline: evil,
        why: evil,
        startedBy: evil,
        changedParams: [evil],
        params: { [evil]: evil },
      }),
      listTasks: () => ({ tasks: [task], total: 1 }),
    };
    const page = await visit(`/runs/${id}/tasks`);
    await page.getByRole("table").getByText("onerror").first().waitFor();
    expect(await page.locator("img, main script").count()).toBe(0);
    expect(await page.title()).not.toBe("owned");
  });
});

describe("the theme", () => {
  it("follows the system until somebody chooses, and then that", async () => {
    const page = await visit("/runs", { theme: "light" });
    const theme = () => page.evaluate(() => document.documentElement.dataset["theme"]);
    expect(await theme()).toBe("light");
    await page.getByRole("button", { name: "Theme" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Dark" }).click();
    expect(await theme()).toBe("dark");
    await page.reload();
    expect(await theme()).toBe("dark");
  });
});

describe("the palette", () => {
  it("goes anywhere by a few letters", async () => {
    const page = await visit("/runs");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("employ");
    await page.getByRole("option", { name: "Pipeline employment" }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/pipelines/employment");
  });

  it("shows the keys on ?", async () => {
    const page = await visit("/runs");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await expectAccessible(page);
  });
});
