import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import type { EventData } from "../../../../src/api/schemas/event.ts";
import { makeCounts, makeRun } from "../../fakes/make-run.ts";
import { makeWorld } from "../../fakes/world.ts";
import { applyEvent, clockSkew, deletedRun, type LiveCache } from "./live-cache.ts";
import { runKeys } from "../runs.ts";

const { detail, runs } = makeWorld({ runs: 5 });

function setUp() {
  const client = new QueryClient();
  const marked: (readonly unknown[])[] = [];
  const cache: LiveCache = {
    client,
    refresher: { mark: (key) => void marked.push(key), wake: () => undefined },
    openedAt: Date.now(),
  };
  return { client, cache, marked };
}

function runEvent(change: Partial<EventData<"run">["run"]> = {}): EventData<"run"> {
  return {
    run: makeRun({ ...detail, version: detail.version + 1, ...change }),
    steps: detail.steps.map(() => makeCounts({ succeeded: 7 })),
    medianMs: detail.steps.map(() => null),
    changedTasks: 1,
  };
}

beforeEach(() => {
  deletedRun.set(undefined);
  clockSkew.set(0);
});

describe("an event of the run that is looked at", () => {
  it("changes it in place, and marks its views", () => {
    const { client, cache, marked } = setUp();
    client.setQueryData(runKeys.detail(detail.id), detail);
    applyEvent(cache, "run", runEvent());
    const after = client.getQueryData<typeof detail>(runKeys.detail(detail.id));
    expect(after?.steps[0]?.counts.succeeded).toBe(7);
    expect(after?.steps[0]?.medianMs).toBe(detail.steps[0]?.medianMs);
    expect(marked).toEqual([runKeys.views(detail.id)]);
  });

  it("that is older than what is known changes nothing", () => {
    const { client, cache, marked } = setUp();
    client.setQueryData(runKeys.detail(detail.id), detail);
    applyEvent(cache, "run", runEvent({ version: detail.version - 1 }));
    expect(client.getQueryData(runKeys.detail(detail.id))).toBe(detail);
    expect(marked).toEqual([]);
  });

  it("reads the run again when its state has changed, for what can be asked of it now", () => {
    const { client, cache, marked } = setUp();
    client.setQueryData(runKeys.detail(detail.id), detail);
    applyEvent(cache, "run", runEvent({ state: "paused" }));
    expect(marked).toContainEqual(runKeys.detail(detail.id));
  });

  it("takes away a forecast that is no more", () => {
    const { client, cache } = setUp();
    client.setQueryData(runKeys.detail(detail.id), detail);
    const event = runEvent();
    const { expectedEndAt: _, ...run } = event.run;
    applyEvent(cache, "run", { ...event, run });
    expect(client.getQueryData<typeof detail>(runKeys.detail(detail.id))?.expectedEndAt).toBeUndefined();
  });
});

describe("an event of all runs", () => {
  it("changes those that are listed, and asks for the list again only for new ones", () => {
    const { client, cache, marked } = setUp();
    const key = [...runKeys.list({}), null];
    client.setQueryData(key, { runs });
    const newer = makeRun({ ...runs[2]!, version: 99, state: "failed" });
    applyEvent(cache, "runs", { changed: [newer], deleted: [] });
    expect(client.getQueryData<{ runs: typeof runs }>(key)?.runs[2]).toEqual(newer);
    expect(marked).not.toContainEqual(runKeys.lists);
    applyEvent(cache, "runs", { changed: [makeRun({ id: "new" })], deleted: [] });
    expect(marked).toContainEqual(runKeys.lists);
  });

  it("says when the run on the page was deleted, and only then", () => {
    const { client, cache } = setUp();
    applyEvent(cache, "runs", { changed: [], deleted: ["other"] });
    expect(deletedRun.get()).toBeUndefined();
    client.setQueryData(runKeys.detail(detail.id), detail);
    applyEvent(cache, "runs", { changed: [], deleted: [detail.id] });
    expect(deletedRun.get()).toBe(detail.id);
  });
});

describe("a stream that begins anew", () => {
  it("makes old what was read before it, and keeps what was read after", () => {
    const { client, cache } = setUp();
    client.setQueryData(["old"], 1, { updatedAt: cache.openedAt - 1 });
    client.setQueryData(["new"], 1, { updatedAt: cache.openedAt + 1 });
    applyEvent(cache, "reset", { now: Date.now() });
    expect(client.getQueryState(["old"])?.isInvalidated).toBe(true);
    expect(client.getQueryState(["new"])?.isInvalidated).toBe(false);
  });

  it("of one run alone leaves all others as they are", () => {
    const { client, cache } = setUp();
    const keys = [["runs"], runKeys.views("mine"), runKeys.views("other")];
    for (const key of keys) client.setQueryData(key, 1, { updatedAt: cache.openedAt - 1 });
    applyEvent(cache, "reset", { now: Date.now(), only: ["mine"] });
    expect(keys.map((key) => client.getQueryState(key)?.isInvalidated)).toEqual([false, true, false]);
  });

  it("tells how far the two clocks are apart", () => {
    const { cache } = setUp();
    applyEvent(cache, "reset", { now: Date.now() + 300_000 });
    expect(Math.round(clockSkew.get() / 1_000)).toBe(300);
  });
});
