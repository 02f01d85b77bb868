import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fakeApi } from "../src/fakes/fake-api.ts";
import { makeRun } from "../src/fakes/make-run.ts";
import { makeWorld } from "../src/fakes/world.ts";
import { startFakeServer, type FakeServer } from "./fake-server.ts";
import { startBrowser } from "./open-page.ts";

const world = makeWorld();
const { detail } = world;

let browser: Browser;
let context: BrowserContext;
let server: FakeServer;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  server = await startFakeServer();
  server.api = fakeApi(world);
  context = await browser.newContext();
});
afterEach(async () => {
  await context.close();
  await server.stop();
});

async function visit(path: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(server.url + path);
  await page.getByRole("main").waitFor();
  return page;
}

function tellSucceeded(succeeded: number, version: number): void {
  const run = makeRun({ ...detail, version });
  server.emit("run", {
    run: { ...run, tasks: { ...detail.tasks, succeeded } },
    steps: detail.steps.map(({ counts }) => counts),
    medianMs: [],
    changedTasks: 1,
  });
}

/** Whoever leads next opens a stream of his own. */
async function untilAnotherLeads(change: () => Promise<void>): Promise<void> {
  const opened = (): number => server.requests.filter((request) => request.includes("/events")).length;
  const before = opened();
  await change();
  await expect.poll(opened, { timeout: 10_000 }).toBe(before + 1);
  await expect.poll(() => server.streams).toBe(1);
}

/** As the browser does it when another tab of the window is chosen, and when this one is chosen again. */
async function setVisible(page: Page, state: "visible" | "hidden"): Promise<void> {
  await page.evaluate((next) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => next });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);
}

describe("tabs of one browser", () => {
  it("are live and answered, however many there are, also when the one that leads is closed", async () => {
    const pages: Page[] = [];
    // A browser opens six connections to a server: with a stream for each tab, the seventh would wait for ever.
    for (let i = 0; i < 12; i++) pages.push(await visit(`/runs/${detail.id}`));
    await expect.poll(() => server.streams).toBe(1);
    for (const page of pages) await page.getByText("Live", { exact: true }).waitFor();
    tellSucceeded(4_321, 11);
    for (const page of pages) await page.getByRole("button", { name: "4,321 succeeded" }).waitFor();

    await untilAnotherLeads(() => pages.shift()!.close());
    tellSucceeded(4_322, 12);
    for (const page of pages) await page.getByRole("button", { name: "4,322 succeeded" }).waitFor();
    for (const page of pages) await page.getByRole("link", { name: "Platforms" }).click();
    for (const page of pages) await page.getByRole("heading", { name: "Platforms" }).waitFor();
  });

  it("hold no stream while nobody looks at them, and show what happened meanwhile when somebody does", async () => {
    const page = await visit(`/runs/${detail.id}`);
    await expect.poll(() => server.streams).toBe(1);
    await setVisible(page, "hidden");
    await expect.poll(() => server.streams, { timeout: 10_000 }).toBe(0);
    const later = { ...detail, version: 11, tasks: { ...detail.tasks, succeeded: 4_321 } };
    server.api = { ...fakeApi(world), getRun: () => later };
    await setVisible(page, "visible");
    await page.getByRole("button", { name: "4,321 succeeded" }).waitFor();
    await expect.poll(() => server.streams).toBe(1);
  });

  it("let another lead when nobody looks at the one that led", async () => {
    const first = await visit(`/runs/${detail.id}`);
    const second = await visit(`/runs/${detail.id}`);
    await expect.poll(() => server.streams).toBe(1);
    await second.getByText("Live", { exact: true }).waitFor();
    await untilAnotherLeads(() => setVisible(first, "hidden"));
    tellSucceeded(4_321, 11);
    await second.getByRole("button", { name: "4,321 succeeded" }).waitFor();
    expect(await first.getByRole("button", { name: "4,321 succeeded" }).count()).toBe(0);
  });
});
