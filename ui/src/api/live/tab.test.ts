import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeBrowser } from "../../fakes/fake-browser.ts";

let browser: FakeBrowser;
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  browser = new FakeBrowser();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("tabs that are looked at", () => {
  it("share one stream, which tells of all that they look at", async () => {
    const tabs = await browser.openAll(["a", "b", "a", undefined]);
    expect(browser.streams.map(({ runs }) => runs)).toEqual([["b", "a"]]);
    browser.tell("run", { run: "b" });
    await browser.pass(0);
    for (const tab of tabs) expect(tab.names).toEqual(["reset", "run"]);
  });

  it("ask once when many of them come at once, and go on where they were when one comes later", async () => {
    const [first] = await browser.openAll(["a", "b", "c"]);
    expect(browser.asked).toBe(1);
    browser.tell("run", { run: "a" });
    await browser.openAll(["d"]);
    expect(browser.streams.map(({ runs, lastId }) => [runs, lastId])).toEqual([[["a", "b", "c", "d"], "e-2"]]);
    expect(first!.names).toEqual(["reset", "run"]);
  });

  it("are led by another one when the one that led goes, and miss nothing", async () => {
    const [first, second, third] = await browser.openAll(["a", "b", "c"]);
    browser.tell("runs", {});
    await browser.pass(0);
    first!.crash();
    await browser.pass(100);
    expect(browser.streams.map(({ lastId }) => lastId)).toEqual(["e-2"]);
    browser.tell("runs", {});
    await browser.pass(0);
    for (const tab of [second!, third!]) expect(tab.names).toEqual(["reset", "runs", "runs"]);
  });

  it("watch no longer what only a tab looked at that was ended without a word", async () => {
    const [, second] = await browser.openAll(["a", "b"]);
    second!.crash();
    await browser.pass(100_000);
    expect(browser.streams.map(({ runs }) => runs)).toEqual([["a"]]);
  });

  it("say all of them that the server is away, and that it is back", async () => {
    const tabs = await browser.openAll(["a", "b"]);
    browser.isAway = true;
    browser.breakStreams();
    await browser.pass(60_000);
    for (const tab of tabs) expect(tab.connection).toMatchObject({ is: "lost", since: 1_000_100 });
    browser.isAway = false;
    await browser.pass(15_000);
    for (const tab of tabs) expect([tab.connection?.is, tab.names]).toEqual(["live", ["reset"]]);
  });

  it("know how the stream stands as soon as they come", async () => {
    await browser.openAll(["a"]);
    const [second] = await browser.openAll(["a"]);
    expect(second!.connection).toEqual({ is: "live" });
  });

  it("are live also when a run that one of them looks at is not there", async () => {
    browser.missing.add("gone");
    const [tab] = await browser.openAll(["gone"]);
    browser.tell("runs", {});
    await browser.pass(0);
    expect([tab!.connection?.is, tab!.names]).toEqual(["live", ["reset", "runs"]]);
  });

  it("ask for a login all of them, and go on all of them when somebody has logged in at one", async () => {
    browser.isStranger = true;
    const tabs = await browser.openAll(["a", "b"]);
    for (const tab of tabs) expect(tab.logins).toEqual(["needed"]);
    browser.isStranger = false;
    tabs[1]!.tab.loggedIn();
    await browser.pass(100);
    expect(tabs.map(({ logins, names }) => [logins, names])).toEqual([
      [["needed", "done"], ["reset"]],
      [["needed"], ["reset"]],
    ]);
  });
});

describe("a tab", () => {
  it("that is hidden holds no stream, and hears nothing", async () => {
    const [tab] = await browser.openAll(["a"]);
    tab!.tab.leave();
    await browser.pass(86_400_000);
    expect([browser.streams.length, browser.asked, vi.getTimerCount()]).toEqual([0, 1, 0]);
  });

  it("that comes back alone goes on after what it heard last", async () => {
    const [tab] = await browser.openAll(["a"]);
    browser.tell("runs", {});
    await browser.pass(0);
    tab!.tab.leave();
    tab!.tab.join();
    await browser.pass(100);
    expect(browser.streams.map(({ lastId }) => lastId)).toEqual(["e-2"]);
    expect(tab!.names).toEqual(["reset", "runs"]);
  });

  it("that comes back to others reads anew what it has, and they do not", async () => {
    const [first, second] = await browser.openAll(["a", "a"]);
    second!.tab.leave();
    browser.tell("runs", {});
    await browser.pass(1_000);
    second!.tab.join();
    await browser.pass(100);
    expect([first!.names, second!.names]).toEqual([
      ["reset", "runs"],
      ["reset", "reset"],
    ]);
    expect(second!.heard.at(-1)).toMatchObject({ since: 1_001_100 });
    expect(browser.asked).toBe(1);
  });

  it("that turns to another run reads that anew, once the stream tells of it, and nothing else", async () => {
    const [first, second] = await browser.openAll(["a", "b"]);
    first!.tab.watch({ runs: ["c"], logs: [] });
    await browser.pass(100);
    expect([first!.resets, second!.resets]).toEqual([[undefined, ["c"]], [undefined]]);
    expect(first!.heard.at(-1)).toMatchObject({ since: 1_000_150 });
    second!.tab.watch({ runs: ["c"], logs: [] });
    await browser.pass(100);
    expect(second!.resets).toEqual([undefined, ["c"]]);
  });

  it("that comes to a log that another one reads is told how it stands", async () => {
    const [first, second] = await browser.openAll(["a", "a"]);
    first!.tab.watch({ runs: ["a"], logs: ["a/train"] });
    await browser.pass(100);
    expect(browser.streams.map(({ logs }) => logs)).toEqual([["a/train"]]);
    browser.tell("log", { run: "a", task: "train", size: 7 });
    await browser.pass(0);
    second!.heard.length = 0;
    second!.tab.watch({ runs: ["a"], logs: ["a/train"] });
    await browser.pass(100);
    expect(second!.heard).toMatchObject([{ name: "log", data: expect.stringContaining('"size":7') as string }]);
  });

  it("that reads a log no more is not told of it, a moment later", async () => {
    const [tab] = await browser.openAll(["a"]);
    tab!.tab.watch({ runs: ["a"], logs: ["a/train"] });
    await browser.pass(100);
    tab!.tab.watch({ runs: ["a"], logs: [] });
    await browser.pass(100);
    expect(browser.streams.map(({ logs }) => logs)).toEqual([[]]);
  });

  it("hears of what the server could not resume, unless that has just come to the stream", async () => {
    const tabs = await browser.openAll(["a", "b"]);
    browser.unresumable = ["b", "c"];
    await browser.openAll(["c"]);
    for (const tab of tabs) expect(tab.resets).toEqual([undefined, ["b"]]);
  });
});
